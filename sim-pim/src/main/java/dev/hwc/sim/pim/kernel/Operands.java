package dev.hwc.sim.pim.kernel;

/** Numbers that look like weights and activations, the same for the same place always. */
public final class Operands {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long INPUT = 0x1234_5678_9ABCL;

    private Operands() {}

    private static long mix(long at) {
        long z = at * GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** binary16 of magnitude 2^-6 to 1, either sign. */
    private static short half(long bits) {
        int exponent = 9 + (int) ((bits >>> 16) & 0xFFFF) * 6 / 65_536;
        return (short) ((bits & 0x8000) | exponent << 10 | bits & 0x3FF);
    }

    /** bfloat16 of magnitude 2^-6 to 1, either sign. */
    private static short brain(long bits) {
        int exponent = 121 + (int) ((bits >>> 16) & 0xFFFF) * 6 / 65_536;
        return (short) ((bits & 0x8000) | exponent << 7 | bits & 0x7F);
    }

    /** A weight as binary16. */
    public static short weight16(long at) {
        return half(mix(at));
    }

    /** An input as binary16. */
    public static short input16(long at) {
        return half(mix(at + INPUT));
    }

    /** A weight as bfloat16. */
    public static short weightBf16(long at) {
        return brain(mix(at));
    }

    /** An input as bfloat16. */
    public static short inputBf16(long at) {
        return brain(mix(at + INPUT));
    }

    /** A code of a block format. */
    public static byte code(long at, int bits) {
        long z = mix(at);
        return (byte) ((z >>> 32) % (1L << bits) - (1L << (bits - 1)));
    }

    /** A positive scale as binary16, about 2^-8 to 2^-5. */
    public static short scale16(long at) {
        long z = mix(at + 7 * INPUT);
        return (short) ((7 + (int) ((z >>> 16) & 0xFFFF) * 4 / 65_536) << 10 | z & 0x3FF);
    }

    /** A positive scale as bfloat16, about 2^-8 to 2^-5. */
    public static short scaleBf16(long at) {
        long z = mix(at + 11 * INPUT);
        return (short) ((119 + (int) ((z >>> 16) & 0xFFFF) * 4 / 65_536) << 7 | z & 0x7F);
    }
}
