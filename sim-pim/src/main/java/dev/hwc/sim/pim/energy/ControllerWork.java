package dev.hwc.sim.pim.energy;

/**
 * Arithmetic of the controller in front of units (docs/spec/pim-window.md), counted from the rules of numerics.md.
 *
 * @param additions of fp32; comparisons and conversions count as one
 * @param multiplications of fp32
 * @param bits written to or read from its buffers
 */
public record ControllerWork(long additions, long multiplications, long bits) {
    private static final int WORD = 32;

    /** Elements quantized (N15): largest magnitude, product with the inverse scale; kept as fp32 until the scale is known. */
    public static ControllerWork quantize(long elements) {
        return new ControllerWork(elements, elements, 2L * WORD * elements);
    }

    /** Sums made fp32 (N20), kept until they are read. */
    public static ControllerWork convert(long elements) {
        return new ControllerWork(elements, 0, 2L * WORD * elements);
    }

    /**
     * Softmax of scores (N26): additions for maximum, difference and sum, products with the constant, with the reciprocal
     * and with the scale of a value, and of an exponential (N10) three products and three sums. Each of the
     * three passes before that of quantizing reads and writes its words.
     */
    public static ControllerWork softmax(long scores) {
        return new ControllerWork(6 * scores, 6 * scores, 3 * 2L * WORD * scores);
    }

    /** Both. */
    public ControllerWork plus(ControllerWork other) {
        return new ControllerWork(
                additions + other.additions, multiplications + other.multiplications, bits + other.bits);
    }

    /** So many times this. */
    public ControllerWork times(long count) {
        return new ControllerWork(additions * count, multiplications * count, bits * count);
    }
}
