package dev.hwc.ir.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Fp32Test {
    private static final long SEED = 1;
    private static final int SAMPLES = 100_000;

    private final Random random = new Random(SEED);

    @Test
    void n1_subnormalOperandsCountAsZeroOfTheirSign() {
        same(0f, Fp32.operand(Float.MIN_VALUE));
        same(-0f, Fp32.operand(-Math.nextDown(Float.MIN_NORMAL)));
        same(Float.MIN_NORMAL, Fp32.operand(Float.MIN_NORMAL));
        same(-0f, Fp32.mul(Float.MAX_VALUE, -Float.MIN_VALUE));
        same(1f, Fp32.add(1f, -Float.MIN_VALUE));
        same(Float.NaN, Fp32.mul(Float.POSITIVE_INFINITY, Float.MIN_VALUE));
    }

    @Test
    void n2_productIsExactThenRoundedOnce() {
        for (float a : Floats.SPECIAL) {
            for (float b : Floats.SPECIAL) {
                checkProduct(a, b);
            }
        }
        for (int i = 0; i < SAMPLES; i++) {
            checkProduct(Floats.any(random), Floats.any(random));
            // Exponents that add up to about −126 or 127: flushing and overflow.
            float a = Floats.withExponent(random, -126, 127);
            int e = Math.getExponent(a);
            int other = (random.nextBoolean() ? -126 : 127) - e + random.nextInt(3) - 1;
            checkProduct(a, Floats.withExponent(random, clamp(other), clamp(other)));
        }
    }

    @Test
    void n2_flushIsDecidedBeforeRounding() {
        // (1 − 2^-24)·2^-126 would round up to 2^-126.
        float below = Math.nextDown(1f);
        same(0f, Fp32.mul(below, Float.MIN_NORMAL));
        same(Float.MIN_NORMAL, below * Float.MIN_NORMAL);
    }

    @Test
    void n3_sumIsExactThenRoundedOnce() {
        for (float a : Floats.SPECIAL) {
            for (float b : Floats.SPECIAL) {
                checkSum(a, b);
            }
        }
        for (int i = 0; i < SAMPLES; i++) {
            checkSum(Floats.any(random), Floats.any(random));
            float a = Floats.withExponent(random, -126, 127);
            int e = Math.getExponent(a);
            // Near exponents cancel, those 24 apart decide ties.
            checkSum(a, Floats.withExponent(random, clamp(e - 26), clamp(e + 1)));
            checkSum(a, Float.intBitsToFloat(Float.floatToRawIntBits(-a) + random.nextInt(5) - 2));
        }
    }

    @Test
    void n3_subnormalSumsBecomeZeroOfTheirSign() {
        same(0f, Fp32.add(Math.nextUp(Float.MIN_NORMAL), -Float.MIN_NORMAL));
        same(-0f, Fp32.add(Float.MIN_NORMAL, -Math.nextUp(Float.MIN_NORMAL)));
    }

    @Test
    void n4_everyNanIsCanonical() {
        float odd = Float.intBitsToFloat(0xFFC12345);
        for (float nan : new float[] {
            Fp32.mul(odd, 2f),
            Fp32.mul(0f, Float.NEGATIVE_INFINITY),
            Fp32.add(odd, 1f),
            Fp32.add(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY),
            Fp32.negate(odd),
            Functions.recip(odd),
            Functions.rsqrt(odd),
            Functions.rsqrt(-1f),
            Functions.exp(odd),
            Functions.sigmoid(odd),
            Functions.silu(odd)
        }) {
            assertEquals(0x7FC00000, Float.floatToRawIntBits(nan));
        }
    }

    @Test
    void n4_maximumSkipsNanAndKeepsTheFirstZero() {
        float none = Float.NEGATIVE_INFINITY;
        same(none, Fp32.max(Fp32.max(none, Float.NaN), Float.NaN));
        same(-2f, Fp32.max(Fp32.max(Fp32.max(none, Float.NaN), -2f), Float.NaN));
        same(-0f, Fp32.max(-0f, 0f));
        same(0f, Fp32.max(0f, -0f));
        same(3f, Fp32.max(3f, 2f));
    }

    @Test
    void n5_packRoundsToNearestEven() {
        for (int i = 0; i < SAMPLES; i++) {
            long y = random.nextLong() >>> (1 + random.nextInt(63));
            int e = random.nextInt(400) - 250;
            checkPack(y, e);
            // Ties: 24 bits, then one half, then sometimes a last bit.
            long tie = ((random.nextInt(1 << 23) | 1L << 23) << 1 | 1) << 20 | random.nextInt(2);
            checkPack(tie, random.nextInt(300) - 190);
        }
        checkPack(0, 500);
        checkPack(0, -500);
        checkPack(1, -126);
        checkPack(1, -127);
        checkPack((1L << 24) - 1, -150); // below 2^-126 and would round up to it
        checkPack((1L << 25) - 1, -151); // rounds up to it, and is below
        checkPack((1L << 25) - 1, -150); // above: rounds up to 2^-125
        checkPack((1L << 24) - 1, 104); // largest finite
        checkPack((1L << 25) - 1, 103); // rounds up to infinity
        checkPack(Long.MAX_VALUE, 0);
    }

    @Test
    void n6_integerConversionRoundsToNearestEven() {
        for (int i = 0; i < SAMPLES; i++) {
            float x = Floats.withExponent(random, -126, 20);
            int shift = random.nextInt(40);
            assertEquals(fixed(x, shift, RoundingMode.HALF_EVEN), Fp32.toFixed(x, shift), () -> x + " " + shift);
            float a = Math.abs(x);
            assertEquals(fixed(a, shift, RoundingMode.FLOOR), Fp32.toFixedFloor(a, shift), () -> a + " " + shift);
        }
        for (int i = -300; i <= 300; i++) {
            float half = i / 2f;
            assertEquals((long) Math.rint(half), Fp32.toFixed(half, 0));
        }
        assertEquals(0, Fp32.toFixed(Float.MIN_VALUE, 149)); // a subnormal is zero
        assertEquals(0, Fp32.toFixedFloor(Float.MIN_VALUE, 149));
        assertEquals(0, Fp32.toFixed(-0f, 5));
    }

    private static long fixed(float x, int shift, RoundingMode mode) {
        BigDecimal scaled = new BigDecimal(x).multiply(new BigDecimal(BigInteger.ONE.shiftLeft(shift)));
        return scaled.setScale(0, mode).longValueExact();
    }

    private static void checkPack(long y, int e) {
        BigDecimal exact = new BigDecimal(BigInteger.valueOf(y));
        BigDecimal power = new BigDecimal(BigInteger.ONE.shiftLeft(Math.abs(e)));
        exact = e >= 0 ? exact.multiply(power) : exact.divide(power);
        float expected = Floats.rounded(exact, 0f);
        assertEquals(bits(expected), bits(Fp32.pack(y, e)), () -> "pack(" + y + ", " + e + ")");
    }

    private static void checkProduct(float a, float b) {
        float x = Fp32.operand(a);
        float y = Fp32.operand(b);
        float expected = Float.isFinite(x) && Float.isFinite(y)
                ? Floats.rounded(new BigDecimal(x).multiply(new BigDecimal(y)), x * y)
                : x * y;
        assertEquals(bits(expected), bits(Fp32.mul(a, b)), () -> a + " * " + b + ", seed " + SEED);
    }

    private static void checkSum(float a, float b) {
        float x = Fp32.operand(a);
        float y = Fp32.operand(b);
        float expected = Float.isFinite(x) && Float.isFinite(y)
                ? Floats.rounded(new BigDecimal(x).add(new BigDecimal(y)), x + y)
                : x + y;
        assertEquals(bits(expected), bits(Fp32.add(a, b)), () -> a + " + " + b + ", seed " + SEED);
    }

    private static int clamp(int exponent) {
        return Math.clamp(exponent, -126, 127);
    }

    private static void same(float expected, float actual) {
        assertEquals(bits(expected), bits(actual));
    }

    /** Canonical NaN, signs of zeros kept. */
    private static String bits(float x) {
        return Integer.toHexString(Float.floatToIntBits(x));
    }
}
