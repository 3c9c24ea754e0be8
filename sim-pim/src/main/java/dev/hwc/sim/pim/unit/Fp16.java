package dev.hwc.sim.pim.unit;

/**
 * binary16 as the lanes of HBM2-PIM compute it (docs/spec/pim-numerics.md P1). Values are held as floats that binary16
 * has. Written with integers, so that it is fast where the machine has no instructions for it.
 */
public final class Fp16 {
    private static final float SMALLEST_NORMAL = 0x1p-14f;
    private static final float OVERFLOW = 65536f;
    private static final int DROPPED = 13;
    private static final float[] VALUES = new float[1 << 16];

    static {
        for (int bits = 0; bits < VALUES.length; bits++) {
            VALUES[bits] = Float.float16ToFloat((short) bits);
        }
    }

    private Fp16() {}

    /** The value of its bits. */
    public static float value(short bits) {
        return VALUES[bits & 0xFFFF];
    }

    /** The nearest binary16, ties to even; subnormals kept; NaN stays NaN. */
    public static float round(float x) {
        float magnitude = Math.abs(x);
        if (magnitude < SMALLEST_NORMAL) {
            return Math.copySign((magnitude + 0.5f) - 0.5f, x); // 0.5 has steps of 2^-24, as subnormals have
        }
        int bits = Float.floatToRawIntBits(x);
        int up = bits + ((1 << (DROPPED - 1)) - 1) + ((bits >>> DROPPED) & 1);
        float rounded = Float.intBitsToFloat(up & -(1 << DROPPED));
        return magnitude < OVERFLOW && Math.abs(rounded) < OVERFLOW ? rounded : special(x);
    }

    private static float special(float x) {
        return Float.isNaN(x) ? Float.NaN : Math.copySign(Float.POSITIVE_INFINITY, x);
    }

    /** Product: exact in fp32 (22 bits), rounded once. */
    public static float mul(float a, float b) {
        return round(a * b);
    }

    /** Sum: fp32 has 24 bits, twice 11 and 2, so rounding twice is rounding once. */
    public static float add(float a, float b) {
        return round(a + b);
    }
}
