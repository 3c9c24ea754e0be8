package dev.hwc.sim.pim.unit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Fp16Test {
    private static void same(float expected, float found, String what) {
        if (Float.isNaN(expected)) {
            assertTrue(Float.isNaN(found), what);
        } else {
            assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(found), what);
        }
    }

    /** The conversion of the JDK is another implementation of the same rounding. */
    @Test
    void roundsAsTheJdkDoesAroundEveryHalf() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float half = Float.float16ToFloat((short) bits);
            float next = Float.float16ToFloat((short) (bits + 1));
            float middle = (half + next) / 2;
            for (float x : new float[] {half, middle, Math.nextUp(middle), Math.nextDown(middle)}) {
                same(Float.float16ToFloat(Float.floatToFloat16(x)), Fp16.round(x), Float.toHexString(x));
            }
            same(half, Fp16.value((short) bits), Integer.toHexString(bits));
        }
    }

    @Test
    void sumsAndProductsAreRoundedOnce() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200_000; i++) {
            float a = Float.float16ToFloat((short) random.nextInt());
            float b = Float.float16ToFloat((short) random.nextInt());
            if (Float.isFinite(a) && Float.isFinite(b)) {
                check(new BigDecimal(a).add(new BigDecimal(b)), Fp16.add(a, b));
                check(new BigDecimal(a).multiply(new BigDecimal(b)), Fp16.mul(a, b));
            }
        }
    }

    /** No half is nearer to the exact value; at the same distance the found one is even. */
    private static void check(BigDecimal exact, float found) {
        short bits = Float.floatToFloat16(found);
        if (Float.isInfinite(found)) {
            assertTrue(exact.abs().compareTo(new BigDecimal(65520)) >= 0);
            return;
        }
        BigDecimal distance = exact.subtract(new BigDecimal(found)).abs();
        for (int step : new int[] {-1, 1}) {
            float other = Float.float16ToFloat((short) (bits + step));
            if (Float.isFinite(other) && (bits & 0x7FFF) != 0) {
                int order =
                        distance.compareTo(exact.subtract(new BigDecimal(other)).abs());
                assertTrue(order < 0 || (order == 0 && (bits & 1) == 0), exact + " -> " + found);
            }
        }
    }
}
