package dev.hwc.sim.systolic.queues;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorMemory;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Window;

/** What a command's addresses must obey when it starts: windows, alignment, buffers (isa.md §4, §5, §7). */
public final class AddressRules {
    /** Most elements of a vector row. */
    private static final long MAX_LENGTH = 65_536;

    private final Job job;
    private final int lanes;
    private final int beat;
    private final int columns;
    private final int rows;
    private final int fill;
    private final long weightUnits;
    private final HardwareSpec spec;
    private final long[] vectorWords;
    private final long storeBytes;
    private final long loadBytes;

    public AddressRules(HardwareSpec spec, Job job) {
        this.job = job;
        lanes = spec.vectorLanes();
        beat = spec.port().beatBytes();
        columns = spec.array().columns();
        rows = spec.array().rows();
        fill = spec.activationFill();
        weightUnits = spec.weightUnits();
        this.spec = spec;
        vectorWords = new long[] {spec.outputWords(), spec.vectorWords(), spec.loadWords()};
        storeBytes = (long) spec.storeWords() * spec.wordBytes();
        loadBytes = (long) spec.loadWords() * spec.wordBytes();
    }

    /** Throws the fault of a command, if it has one. */
    public void check(Command c) {
        switch (c.opcode) {
            case LOAD_WEIGHTS -> {
                weight(c, c.d, c.format.units(c.blocks));
                memory(c, beat, false);
            }
            case LOAD_ROWS -> {
                weight(c, c.d, ((c.rows - 1) / columns + 1) * (c.rowBytes / 16L));
                memory(c, beat, false);
            }
            case LOAD_TRANSPOSED -> {
                weight(c, c.d, (c.rowBytes + columns - 1L) / columns * 2 * ((c.rows + 31) / 32));
                memory(c, beat, false);
            }
            case LOAD_SCALES -> {
                weight(c, c.d, 2L * c.rows - 1);
                memory(c, beat, false);
            }
            case LOAD_LINEAR -> {
                inside(c, "load buffer byte", c.d * 4 * lanes, (long) c.rows * c.rowBytes, loadBytes);
                memory(c, beat, false);
            }
            case LOAD_HALVES -> {
                inside(c, "load buffer byte", c.d * 4 * lanes, 2L * c.rows, loadBytes);
                memory(c, 2, false);
            }
            case LOAD_REGISTER -> memory(c, 4, false);
            case STORE -> {
                for (int j = 0; j < c.rows; j++) {
                    memoryRow(c, j, 2, true);
                    inside(c, "store buffer byte", 2 * row(c.a, c.strideA, j), c.rowBytes, storeBytes);
                }
            }
            case MATMUL -> {
                if (c.blocks != 0) {
                    inside(c, "activation block", c.a, c.blocks, spec.activationBlocks(c.m));
                    weight(c, c.b, c.format.units(c.blocks));
                }
            }
            case EMIT ->
                inside(c, "output word", c.d, (c.m - 1) * c.strideD + (c.n + lanes - 1) / lanes, vectorWords[0]);
            case VECTOR -> vector(c);
            default -> {} // sync and halt have no addresses
        }
    }

    private void memory(Command c, int alignment, boolean write) {
        for (int j = 0; j < c.rows; j++) {
            memoryRow(c, j, alignment, write);
        }
    }

    private void memoryRow(Command c, int j, int alignment, boolean write) {
        Window window = job.window(c.window);
        long address = row(c.address, c.addressStride, j);
        if (address % alignment != 0) {
            throw fault(
                    c,
                    FaultCode.ALIGNMENT,
                    address,
                    c.opcode.text() + " row " + j + " at byte " + address + " of window " + c.window
                            + "; the address must be a multiple of " + alignment);
        }
        if (address + c.rowBytes > window.limit() || !(write ? window.writable() : window.readable())) {
            throw fault(
                    c,
                    FaultCode.WINDOW,
                    address,
                    c.opcode.text() + " row " + j + " of " + c.rowBytes + " bytes at byte " + address + " of window "
                            + c.window + ", which has " + window.limit() + " bytes"
                            + (window.readable() ? ", readable" : "") + (window.writable() ? ", writable" : ""));
        }
    }

    private void vector(Command c) {
        boolean odd = c.function == VectorFunction.ROPE && c.length % 2 != 0;
        if (c.length < 1 || c.longest() > MAX_LENGTH || odd) {
            throw fault(
                    c,
                    FaultCode.INSTRUCTION,
                    c.length,
                    "vector " + c.function.text() + " of " + c.length + " to " + c.longest()
                            + " elements; allowed are 1.." + MAX_LENGTH + ", for rope an even number");
        }
        for (int i = 0; i < c.rows; i++) {
            operands(c, i);
            destination(c, i);
        }
    }

    private void operands(Command c, int i) {
        long n = c.length(i);
        boolean dequant = c.function == VectorFunction.DEQUANT;
        operand(c, c.memoryA, row(c.a, c.strideA, i), dequant ? ceil(n * c.format.bits(), 8) : 4 * n);
        if (c.function.readsB()) {
            long bytes = dequant ? 2 * ceil(n, 32) : c.function == VectorFunction.SOFTMAX ? 2 * n : 4 * n;
            operand(c, c.memoryB, row(c.b, c.strideB, i), bytes);
        }
    }

    private void operand(Command c, VectorMemory memory, long word, long bytes) {
        inside(c, memory.text() + " word", word, ceil(bytes, 4L * lanes), vectorWords[memory.ordinal()]);
    }

    private void destination(Command c, int i) {
        long n = c.length(i);
        switch (c.target) {
            case VECTOR_FP32 -> inside(c, "vector word", row(c.d, c.strideD, i), ceil(n, lanes), vectorWords[1]);
            case STORE_FP32 ->
                inside(c, "store word", row(c.d, c.strideD, i), ceil(n, lanes), storeBytes / (4L * lanes));
            case ACTIVATION_A8 ->
                inside(
                        c,
                        "activation block",
                        row(c.d, c.strideD, i / rows),
                        ceil(c.filled(i), fill) * (fill / 32),
                        spec.activationBlocks(c.rows));
            case STORE_INT8 -> {
                inside(c, "store byte", row(c.d, c.strideD, i) * lanes, ceil(n, 32) * 32, storeBytes);
                long scales = c.flag0 ? 1 : ceil(n, 32);
                for (long b = 0; b < scales; b++) {
                    inside(c, "store halfword", scalePlace(c, b, i), 1, storeBytes / 2);
                }
            }
        }
    }

    /** Halfword of the scale of block b of row i, of a vector command to int8 rows. */
    public static long scalePlace(Command c, long b, int i) {
        return (c.k0 + (c.flag0 ? 0 : b * c.k1) + i) & Sequencer.MASK;
    }

    /** Address of a row, modulo 2^40. */
    public static long row(long address, long stride, int row) {
        return (address + row * stride) & Sequencer.MASK;
    }

    private static long ceil(long n, long unit) {
        return (n + unit - 1) / unit;
    }

    private void weight(Command c, long unit, long units) {
        inside(c, "weight unit", unit, units, weightUnits);
    }

    private static void inside(Command c, String what, long from, long count, long size) {
        if (from + count > size) {
            throw fault(
                    c,
                    FaultCode.BUFFER,
                    from,
                    c.opcode.text() + " touches " + what + " " + from + " and " + (count - 1) + " more; the buffer has "
                            + size);
        }
    }

    private static DeviceFault fault(Command c, FaultCode code, long address, String detail) {
        return new DeviceFault(code, Queue.of(c.queue), c.pc, address & Sequencer.MASK, detail);
    }
}
