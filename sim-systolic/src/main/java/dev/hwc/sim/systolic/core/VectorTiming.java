package dev.hwc.sim.systolic.core;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.VectorFunction;
import dev.hwc.ir.isa.VectorTarget;
import dev.hwc.sim.systolic.queues.Command;

/** Cycles D of a vector command (timing.md T15). */
public final class VectorTiming {
    private static final int BATCH_WORDS = 2048;
    private final int lanes;
    private final int fill;

    public VectorTiming(HardwareSpec spec) {
        lanes = spec.vectorLanes();
        fill = spec.activationFill();
    }

    /** D: cycles from its start to its completion. */
    public long cycles(Command c) {
        long batch = Math.max(1, BATCH_WORDS / ((c.longest() + 31) / 32));
        long batches = (c.rows + batch - 1) / batch;
        long words = 0;
        for (int i = 0; i < c.rows; i++) {
            words += (c.length(i) + lanes - 1) / lanes;
        }
        return 1 + words * rates(c) + batches * depths(c) + fill(c);
    }

    /** Sum of the passes' rates: passes are linear in the words, batches only repeat their depths. */
    private static int rates(Command c) {
        int value = c.function.readsB() && c.memoryA == c.memoryB ? 2 : 1;
        return twoPasses(c.function) + (c.target.quantizes() ? 2 : 1) * value;
    }

    private static int twoPasses(VectorFunction function) {
        return function == VectorFunction.NORM || function == VectorFunction.SOFTMAX ? 2 : 0;
    }

    private static int depths(Command c) {
        boolean deep = c.function.deep();
        int function = switch (c.function) {
            case NORM -> 8 + 64;
            case SOFTMAX -> 12 + 64;
            default -> 0;
        };
        int scales = c.target.quantizes() ? (deep ? 72 : 32) : 0;
        return function + scales + (deep ? 56 : 16);
    }

    private long fill(Command c) {
        if (!c.target.quantizes()) {
            return 0;
        }
        int unit = c.target == VectorTarget.ACTIVATION_A8 ? fill : 32;
        long elements = 0;
        for (int i = 0; i < c.rows; i++) {
            elements += roundUp(c.filled(i), unit) - roundUp(c.length(i), lanes);
        }
        return elements / lanes;
    }

    private static long roundUp(long n, long unit) {
        return (n + unit - 1) / unit * unit;
    }
}
