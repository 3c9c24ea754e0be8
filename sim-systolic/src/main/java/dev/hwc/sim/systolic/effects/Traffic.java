package dev.hwc.sim.systolic.effects;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.activity.Scratchpad;
import dev.hwc.sim.systolic.queues.Command;

/** Counts the multiply-accumulates and scratchpad bytes of commands (timing.md §9). */
public final class Traffic {
    private static final int[] VECTOR_SOURCES = {
        Activity.readSlot(Scratchpad.OUTPUT), Activity.readSlot(Scratchpad.VECTOR), Activity.readSlot(Scratchpad.LOAD)
    };
    private static final int WEIGHT_READ = Activity.readSlot(Scratchpad.WEIGHT);
    private static final int WEIGHT_WRITTEN = Activity.writtenSlot(Scratchpad.WEIGHT);
    private static final int ACTIVATION_READ = Activity.readSlot(Scratchpad.ACTIVATION);
    private static final int ACTIVATION_WRITTEN = Activity.writtenSlot(Scratchpad.ACTIVATION);
    private static final int OUTPUT_WRITTEN = Activity.writtenSlot(Scratchpad.OUTPUT);
    private static final int VECTOR_WRITTEN = Activity.writtenSlot(Scratchpad.VECTOR);
    private static final int LOAD_WRITTEN = Activity.writtenSlot(Scratchpad.LOAD);
    private static final int STORE_READ = Activity.readSlot(Scratchpad.STORE);
    private static final int STORE_WRITTEN = Activity.writtenSlot(Scratchpad.STORE);

    private final int lanes;
    private final int fill;
    private final long[] slots;
    private final long[] operators;

    public Traffic(HardwareSpec spec, Activity activity) {
        lanes = spec.vectorLanes();
        fill = spec.activationFill();
        slots = activity.slots();
        operators = activity.operatorSlots();
    }

    /** Counts one command. */
    public void count(Command c) {
        switch (c.opcode) {
            case LOAD_WEIGHTS -> weights(c);
            case LOAD_ROWS, LOAD_TRANSPOSED, LOAD_SCALES -> {
                long bytes = (long) c.rows * c.rowBytes;
                slots[WEIGHT_WRITTEN] += bytes;
                slots[Activity.KV_BYTES] += bytes;
            }
            case LOAD_LINEAR, LOAD_HALVES -> slots[LOAD_WRITTEN] += (long) c.rows * c.rowBytes;
            case STORE -> slots[STORE_READ] += (long) c.rows * c.rowBytes;
            case MATMUL -> matmul(c);
            case EMIT -> slots[OUTPUT_WRITTEN] += c.m * words(c.n) * 4 * lanes;
            case VECTOR -> {
                for (int i = 0; i < c.rows; i++) {
                    sources(c, c.length(i));
                    destination(c, c.filled(i));
                }
            }
            default -> {} // no data
        }
    }

    private void weights(Command c) {
        long bytes = (long) c.rows * c.rowBytes;
        long codes = bytes / c.format.blockBytes() * c.format.codeBytes();
        slots[WEIGHT_WRITTEN] += bytes;
        slots[Activity.WEIGHT_CODE_BYTES] += codes;
        slots[Activity.WEIGHT_SCALE_BYTES] += bytes - codes;
    }

    private void matmul(Command c) {
        long macs = c.blocks * 32 * c.m * c.n;
        slots[Activity.MACS] += macs;
        operators[c.label * Activity.OPERATOR_SLOTS + Activity.OPERATOR_MACS] += macs;
        slots[ACTIVATION_READ] += c.blocks * 34 * c.m;
        slots[WEIGHT_READ] += c.blocks * (4L * c.format.bits() + (c.flag0 ? 0 : 2 * c.format.scaleHalves())) * c.n;
    }

    private void sources(Command c, long n) {
        boolean two = c.function == VectorFunction.NORM || c.function == VectorFunction.SOFTMAX;
        int valuePasses = c.target.quantizes() ? 2 : 1;
        boolean dequant = c.function == VectorFunction.DEQUANT;
        long bytesA = dequant ? (n * c.format.bits() + 7) / 8 : words(n) * 4 * lanes;
        slots[VECTOR_SOURCES[c.memoryA.ordinal()]] += (valuePasses + (two ? 2 : 0)) * bytesA;
        if (c.function.readsB()) {
            long bytesB = dequant ? 2 * blocks(n) : c.function == VectorFunction.SOFTMAX ? 2 * n : words(n) * 4 * lanes;
            slots[VECTOR_SOURCES[c.memoryB.ordinal()]] += valuePasses * bytesB;
        }
    }

    private void destination(Command c, long n) {
        switch (c.target) {
            case VECTOR_FP32 -> slots[VECTOR_WRITTEN] += words(n) * 4 * lanes;
            case STORE_FP32 -> slots[STORE_WRITTEN] += words(n) * 4 * lanes;
            case ACTIVATION_A8 -> slots[ACTIVATION_WRITTEN] += (n + fill - 1) / fill * (fill / 32) * 34;
            case STORE_INT8 -> slots[STORE_WRITTEN] += blocks(n) * 32 + 2 * (c.flag0 ? 1 : blocks(n));
        }
    }

    private static long blocks(long n) {
        return (n + 31) / 32;
    }

    private long words(long n) {
        return (n + lanes - 1) / lanes;
    }
}
