package dev.hwc.ir.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class FunctionsTest {
    /** Relative error allowed by §2 of numerics.md. */
    private static final double BOUND = 2.5e-7;

    private static final long SEED = 2;

    private interface Fp32Function {
        float at(float x);
    }

    @Test
    void n7_tablesAreThePinnedIntegers() throws NoSuchAlgorithmException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * FunctionTables.SEGMENTS * 3 * 8);
        for (FunctionTables table : FunctionTables.values()) {
            for (int segment = 0; segment < FunctionTables.SEGMENTS; segment++) {
                for (int degree = 0; degree < 3; degree++) {
                    bytes.putLong(table.coefficient(degree, segment));
                }
            }
        }
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
        assertEquals(
                "6f820b232a21f04da5732ce38145a62b2194583eb2fb29136633871aab910aa5",
                HexFormat.of().formatHex(digest));
    }

    @Test
    void n7_evaluationFloorsTwice() {
        Random random = new Random(SEED);
        for (FunctionTables table : FunctionTables.values()) {
            for (int i = 0; i < 10_000; i++) {
                int fraction = random.nextInt(1 << 23);
                int segment = fraction / (1 << 17);
                long g = fraction % (1 << 17);
                long t = table.coefficient(1, segment) + Math.floorDiv(table.coefficient(2, segment) * g, 1L << 17);
                assertEquals(table.coefficient(0, segment) + Math.floorDiv(t * g, 1L << 17), table.at(fraction));
            }
        }
    }

    @Test
    void n8_recipIsWithinTheBoundForEveryFraction() {
        for (int fraction = 0; fraction < 1 << 23; fraction++) {
            float x = Float.intBitsToFloat(127 << 23 | fraction);
            within(Functions.recip(x), 1.0 / x, x);
        }
        Random random = new Random(SEED);
        for (int i = 0; i < 200_000; i++) {
            float x = Floats.withExponent(random, -126, 125);
            within(Functions.recip(x), 1.0 / x, x);
            assertEquals(-Functions.recip(x), Functions.recip(-x));
        }
    }

    @Test
    void n8_recipOfPowersOfTwoIsExact() {
        for (int e = -126; e <= 126; e++) {
            float x = Math.scalb(1f, e);
            assertEquals(Math.scalb(1f, -e), Functions.recip(x));
        }
    }

    @Test
    void n8_recipAtTheEdges() {
        assertEquals(Float.POSITIVE_INFINITY, Functions.recip(0f));
        assertEquals(Float.NEGATIVE_INFINITY, Functions.recip(-0f));
        assertEquals(Float.POSITIVE_INFINITY, Functions.recip(Float.MIN_VALUE));
        assertEquals(0f, Functions.recip(Float.POSITIVE_INFINITY));
        assertEquals(-0f, Functions.recip(Float.NEGATIVE_INFINITY));
        assertEquals(0f, Functions.recip(Float.MAX_VALUE)); // 2^-128 is flushed
        assertEquals(Float.NaN, Functions.recip(Float.NaN));
    }

    @Test
    void n9_rsqrtIsWithinTheBoundForEveryFraction() {
        for (int fraction = 0; fraction < 1 << 23; fraction++) {
            for (int field = 127; field <= 128; field++) {
                float x = Float.intBitsToFloat(field << 23 | fraction);
                within(Functions.rsqrt(x), 1.0 / Math.sqrt(x), x);
            }
        }
        Random random = new Random(SEED);
        for (int i = 0; i < 200_000; i++) {
            float x = Math.abs(Floats.withExponent(random, -126, 127));
            within(Functions.rsqrt(x), 1.0 / StrictMath.sqrt(x), x);
        }
    }

    @Test
    void n9_rsqrtAtTheEdges() {
        assertEquals(1f, Functions.rsqrt(1f));
        assertEquals(0.5f, Functions.rsqrt(4f));
        assertEquals(0x1p63f, Functions.rsqrt(Float.MIN_NORMAL));
        assertEquals(Float.POSITIVE_INFINITY, Functions.rsqrt(0f));
        assertEquals(Float.POSITIVE_INFINITY, Functions.rsqrt(-0f));
        assertEquals(Float.POSITIVE_INFINITY, Functions.rsqrt(-Float.MIN_VALUE)); // counts as −0
        assertEquals(Float.NaN, Functions.rsqrt(-Float.MIN_NORMAL));
        assertEquals(Float.NaN, Functions.rsqrt(Float.NEGATIVE_INFINITY));
        assertEquals(0f, Functions.rsqrt(Float.POSITIVE_INFINITY));
    }

    @Test
    void n10_expIsWithinTheBound() {
        for (int i = -87_336; i < 88_722; i++) {
            for (int j = 0; j < 16; j++) {
                float x = i / 1000f + j / 16_000f;
                within(Functions.exp(x), StrictMath.exp(x), x);
            }
        }
        Random random = new Random(SEED);
        for (int i = 0; i < 500_000; i++) {
            float x = Floats.withExponent(random, -40, 5);
            within(Functions.exp(x), StrictMath.exp(x), x);
        }
    }

    @Test
    void n10_expAtTheEdges() {
        float over = Float.intBitsToFloat(0x42B17217);
        float under = Float.intBitsToFloat(0xC2AEAC4F);
        assertEquals(Float.POSITIVE_INFINITY, Functions.exp(over));
        assertTrue(Functions.exp(Math.nextDown(over)) <= Float.MAX_VALUE);
        within(Functions.exp(Math.nextDown(over)), StrictMath.exp(Math.nextDown(over)), over);
        assertEquals(0f, Functions.exp(under));
        within(Functions.exp(Math.nextUp(under)), StrictMath.exp(Math.nextUp(under)), under);
        assertEquals(1f, Functions.exp(0f));
        assertEquals(1f, Functions.exp(-0f));
        assertEquals(1f, Functions.exp(-Float.MIN_VALUE));
        assertEquals(Float.POSITIVE_INFINITY, Functions.exp(Float.POSITIVE_INFINITY));
        assertEquals(0f, Functions.exp(Float.NEGATIVE_INFINITY));
    }

    @Test
    void n10_logarithmConstantIsRoundedLogTwoOfE() {
        assertEquals(1_549_082_005L, Math.round(0x1p30 / StrictMath.log(2)));
    }

    @Test
    void n11_sigmoidAndSiluFollowExpAndRecip() {
        Random random = new Random(SEED);
        for (int i = 0; i < 300_000; i++) {
            float x = Floats.withExponent(random, -20, 6);
            double expected = 1 / (1 + StrictMath.exp(-x));
            if (expected >= 0x1p-126) {
                assertEquals(expected, Functions.sigmoid(x), 6e-7 * expected, () -> "sigmoid " + x);
            }
            assertEquals(Fp32.mul(x, Functions.sigmoid(x)), Functions.silu(x));
        }
        assertEquals(0.5f, Functions.sigmoid(-0f));
        assertEquals(1f, Functions.sigmoid(Float.POSITIVE_INFINITY));
        assertEquals(0f, Functions.sigmoid(Float.NEGATIVE_INFINITY));
        assertEquals(0f, Functions.sigmoid(-100f));
        assertEquals(Float.POSITIVE_INFINITY, Functions.silu(Float.POSITIVE_INFINITY));
        assertEquals(Float.NaN, Functions.silu(Float.NEGATIVE_INFINITY)); // −∞·0
    }

    @Test
    void recipAndRsqrtNeverRiseAndExpNeverFalls() {
        falls(Functions::recip, 127 << 23, 129 << 23);
        falls(Functions::rsqrt, 127 << 23, 129 << 23);
        float before = 0;
        for (int bits = Float.floatToIntBits(0.25f); bits < Float.floatToIntBits(4f); bits++) {
            float y = Functions.exp(Float.intBitsToFloat(bits));
            float last = before;
            int at = bits;
            assertTrue(y >= last, () -> "exp at " + Float.intBitsToFloat(at));
            before = y;
        }
    }

    private static void falls(Fp32Function f, int from, int to) {
        float before = Float.POSITIVE_INFINITY;
        for (int bits = from; bits <= to; bits++) {
            float y = f.at(Float.intBitsToFloat(bits));
            float last = before;
            int at = bits;
            assertTrue(y <= last, () -> "at " + Float.intBitsToFloat(at));
            before = y;
        }
    }

    /**
     * Table error alone. A parabola through both ends and the middle of a segment of width h misses by
     * at most |F'''|·h³/(72·√3): 1.84e-7 for 1/x, the largest of the four. Rounding the coefficients
     * and two floors add less than 5·2^-30.
     */
    @Test
    void n7_tableErrorIsSmallAgainstTheBound() {
        tableError(FunctionTables.RECIP, f -> 1 / (1 + f));
        tableError(FunctionTables.RSQRT_EVEN, f -> 1 / Math.sqrt(1 + f));
        tableError(FunctionTables.RSQRT_ODD, f -> 1 / Math.sqrt(2 + 2 * f));
        tableError(FunctionTables.EXP2, f -> StrictMath.pow(2, f));
    }

    private static void tableError(FunctionTables table, DoubleUnaryOperator function) {
        for (int fraction = 0; fraction < 1 << 23; fraction += 61) {
            double expected = function.applyAsDouble(fraction * 0x1p-23);
            assertEquals(expected, table.at(fraction) * 0x1p-30, (1.84e-7 + 5 * 0x1p-30) * expected, table.name());
        }
    }

    private static void within(float actual, double expected, float x) {
        if (Math.abs(actual - expected) > BOUND * Math.abs(expected)) {
            assertEquals(expected, actual, BOUND * Math.abs(expected), () -> "at " + x + ", seed " + SEED);
        }
    }

    @Test
    void n37_reluIsTheRampWithinItsBound() {
        Random random = new Random(SEED);
        for (int i = 0; i < 200_000; i++) {
            float x = Floats.withExponent(random, -126, 86);
            for (float value : new float[] {x, -x}) {
                assertEquals(Math.max(value, 0f), Functions.relu(value), 3e-13, () -> "relu(" + value + ")");
            }
        }
        assertEquals(0f, Functions.relu(0f));
    }
}
