package dev.hwc.ir.numerics;

import java.math.BigDecimal;
import java.util.Random;

/** fp32 values for tests: special ones, and random ones of every exponent. */
final class Floats {
    private static final float MIN = Float.MIN_NORMAL;

    /** Zeros, subnormals, limits, ones and their neighbours, infinities and NaN, both signs. */
    static final float[] SPECIAL = {
        0f,
        Float.MIN_VALUE,
        Math.nextDown(MIN),
        MIN,
        Math.nextUp(MIN),
        2 * MIN,
        0x1p-64f,
        0x1p-63f,
        0x1.fffffep-64f,
        0x1.000002p-63f,
        Math.nextDown(1f),
        1f,
        Math.nextUp(1f),
        3f,
        127f,
        0x1p63f,
        0x1p64f,
        Math.nextDown(0x1p64f),
        0x1p127f,
        Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NaN,
        -0f,
        -Float.MIN_VALUE,
        -Math.nextDown(MIN),
        -MIN,
        -Math.nextUp(MIN),
        -1f,
        Math.nextDown(-1f),
        -0x1p-63f,
        -0x1p64f,
        -Float.MAX_VALUE,
        Float.NEGATIVE_INFINITY,
        Float.intBitsToFloat(0xFFC12345)
    };

    private static final BigDecimal SMALLEST = BigDecimal.ONE.divide(BigDecimal.TWO.pow(126));

    private Floats() {}

    /** Any bit pattern: all exponents alike, so subnormals, infinities and NaN come too. */
    static float any(Random random) {
        return Float.intBitsToFloat(random.nextInt());
    }

    /** A finite value with an exponent in the range, random sign and significand. */
    static float withExponent(Random random, int low, int high) {
        int exponent = low + random.nextInt(high - low + 1);
        int bits = (exponent + 127) << 23 | random.nextInt(1 << 23) | random.nextInt(2) << 31;
        return Float.intBitsToFloat(bits);
    }

    /**
     * The exact value rounded to fp32 as N2 and N3 say: flushed if it is below 2^-126 before
     * rounding, else nearest even.
     *
     * @param zero what an exact zero becomes
     */
    static float rounded(BigDecimal exact, float zero) {
        if (exact.signum() == 0) {
            return zero;
        }
        if (exact.abs().compareTo(SMALLEST) < 0) {
            return exact.signum() < 0 ? -0f : 0f;
        }
        return exact.floatValue(); // correctly rounded
    }
}
