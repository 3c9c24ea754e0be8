package dev.hwc.ir.numerics;

/**
 * fp32 as the vector lanes compute it: subnormals are zero, NaN is canonical. Rules N1 to N6 of
 * docs/spec/numerics.md.
 */
public final class Fp32 {
    /** The one NaN a lane produces (N4). */
    public static final float NAN = Float.intBitsToFloat(0x7FC00000);

    private static final double MIN_NORMAL = 0x1p-126;

    private Fp32() {}

    /** Subnormal operands count as zero of their sign (N1). */
    public static float operand(float x) {
        return Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0f, x) : x;
    }

    /** Product of two fp32 values (N2). */
    public static float mul(float a, float b) {
        double product = (double) operand(a) * operand(b); // exact: 24 + 24 significand bits
        if (Double.isNaN(product)) {
            return NAN;
        }
        if (Math.abs(product) < MIN_NORMAL) {
            return (float) Math.copySign(0.0, product);
        }
        return (float) product;
    }

    /** Sum of two fp32 values (N3). */
    public static float add(float a, float b) {
        float sum = operand(a) + operand(b);
        return Float.isNaN(sum) ? NAN : operand(sum);
    }

    /** The negative of a value; exact. */
    public static float negate(float x) {
        return Float.isNaN(x) ? NAN : -x;
    }

    /** Larger of two values, skipping NaN, −0 = +0 (N4): the first of two equal values stays. */
    public static float max(float best, float x) {
        return x > best || Float.isNaN(best) ? x : best;
    }

    /**
     * The value {@code y·2^e} as fp32, nearest even, flushed below 2^-126 before rounding (N5).
     *
     * @param y non-negative
     */
    public static float pack(long y, int e) {
        if (y == 0) {
            return 0f;
        }
        int top = 63 - Long.numberOfLeadingZeros(y); // y in [2^top, 2^(top+1))
        int exponent = top + e;
        if (exponent < -126) {
            return 0f;
        }
        if (exponent > 127) {
            return Float.POSITIVE_INFINITY;
        }
        long significand; // 24 bits, or 25 after rounding up
        int drop = top - 23;
        if (drop <= 0) {
            significand = y << -drop;
        } else {
            long half = 1L << (drop - 1);
            long rest = y & ((1L << drop) - 1);
            significand = y >>> drop;
            if (rest > half || (rest == half && (significand & 1) == 1)) {
                significand++;
            }
        }
        // Adding instead of or-ing lets a carry out of the significand raise the exponent.
        return Float.intBitsToFloat((int) (((long) (exponent + 127) << 23) + (significand - (1L << 23))));
    }

    /** Nearest-even integer of {@code x·2^shift}; the caller guarantees that it fits 62 bits (N6). */
    public static long toFixed(float x, int shift) {
        float operand = operand(x);
        int bits = Float.floatToRawIntBits(operand);
        int field = (bits >>> 23) & 0xFF;
        if (field == 0) {
            return 0;
        }
        long significand = (bits & 0x7FFFFF) | 0x800000;
        int s = field - 150 + shift; // value·2^shift = significand·2^s
        long magnitude;
        if (s >= 0) {
            magnitude = significand << s;
        } else if (s < -25) {
            magnitude = 0;
        } else {
            long half = 1L << (-s - 1);
            long rest = significand & ((1L << -s) - 1);
            magnitude = significand >> -s;
            if (rest > half || (rest == half && (magnitude & 1) == 1)) {
                magnitude++;
            }
        }
        return bits < 0 ? -magnitude : magnitude;
    }

    /** Largest integer not above {@code x·2^shift} for x ≥ 0; the caller guarantees that it fits. */
    public static long toFixedFloor(float x, int shift) {
        int bits = Float.floatToRawIntBits(operand(x));
        int field = (bits >>> 23) & 0xFF;
        if (field == 0) {
            return 0;
        }
        long significand = (bits & 0x7FFFFF) | 0x800000;
        int s = field - 150 + shift;
        if (s >= 0) {
            return significand << s;
        }
        return s < -24 ? 0 : significand >> -s;
    }
}
