package dev.hwc.ir.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockProductTest {
    private static final long SEED = 4;
    private static final long LIMIT = (1L << 36) - 1;
    private static final int LARGEST_SUM = 32 * 127 * 128;

    private final Random random = new Random(SEED);

    @Test
    void n16_blockSumIsExact() {
        byte[] a = new byte[96];
        byte[] w = new byte[96];
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(a);
            random.nextBytes(w);
            int aFrom = random.nextInt(65);
            int wFrom = random.nextInt(65);
            BigInteger sum = BigInteger.ZERO;
            for (int j = 0; j < 32; j++) {
                sum = sum.add(BigInteger.valueOf(a[aFrom + j]).multiply(BigInteger.valueOf(w[wFrom + j])));
            }
            assertEquals(sum.intValueExact(), BlockProduct.dot(a, aFrom, w, wFrom));
        }
        Arrays.fill(a, (byte) 127);
        Arrays.fill(w, (byte) -128);
        assertEquals(-LARGEST_SUM, BlockProduct.dot(a, 0, w, 0));
        assertTrue(LARGEST_SUM < 1 << 19);
    }

    @Test
    void n17_n18_termIsTheScaledSumRoundedOnce() {
        for (int i = 0; i < 200_000; i++) {
            checkTerm(sum(), activationScale(random.nextInt(255)), weightScale(random.nextInt(31)));
            // Scales as they are in models: shifts from −20 to 20.
            checkTerm(sum(), activationScale(110 + random.nextInt(30)), weightScale(random.nextInt(31)));
        }
    }

    @Test
    void n18_everyShiftFromMinus41To20() {
        for (int sh = -41; sh <= 20; sh++) {
            for (int ew = 0; ew <= 30; ew++) {
                int ea = sh + 139 - Math.max(ew, 1);
                if (ea < 1 || ea > 254) {
                    continue;
                }
                for (int s : new int[] {1, -1, 2, 3, -3, LARGEST_SUM, -LARGEST_SUM, sum(), sum()}) {
                    for (int fraction : new int[] {0, 1, 127}) {
                        checkTerm(s, (short) (ea << 7 | fraction), (short) (ew << 10 | 1));
                        checkTerm(s, (short) (ea << 7 | fraction), (short) (0x8000 | ew << 10 | 0x3FF));
                        checkTerm(s, (short) (ea << 7 | fraction), (short) (ew << 10));
                    }
                }
            }
        }
    }

    @Test
    void n18_halvesRoundUpwards() {
        // ma = 128, mw = 1024: P = s·2^17; sh = −18 halves s.
        short a = (short) (139 - 18 - 15 << 7);
        assertEquals(2, term(3, a, BlockProduct.UNIT_SCALE));
        assertEquals(-1, term(-3, a, BlockProduct.UNIT_SCALE));
        assertEquals(1, term(1, a, BlockProduct.UNIT_SCALE));
        assertEquals(0, term(-1, a, BlockProduct.UNIT_SCALE));
    }

    @Test
    void n18_saturatesBothWaysAndCounts() {
        NumericCounters counters = new NumericCounters();
        short huge = 0x7F7F;
        short weight = 0x7BFF;
        assertEquals(LIMIT, BlockProduct.term(1, huge, weight, counters));
        assertEquals(-LIMIT, BlockProduct.term(-1, huge, weight, counters));
        assertEquals(LIMIT, BlockProduct.term(-1, huge, (short) (weight | 0x8000), counters));
        assertEquals(3, counters.saturatedTerms());
        assertEquals(0, BlockProduct.term(0, huge, weight, counters));
        assertEquals(0, BlockProduct.term(5, huge, (short) 0, counters));
        assertEquals(0, BlockProduct.term(5, huge, (short) 0x8000, counters));
        assertEquals(0, BlockProduct.term(LARGEST_SUM, (short) 0, weight, counters));
        assertEquals(3, counters.saturatedTerms());
        assertEquals(0, counters.numericExceptions());
    }

    @Test
    void n18_largestTermThatDoesNotSaturate() {
        // P·2^sh = 2^36 saturates, one step of ma less does not: ma·mw·s = 128·1024·2^k.
        NumericCounters counters = new NumericCounters();
        short a = (short) (124 << 7); // with Ew = 15: sh = 0
        assertEquals(LIMIT, BlockProduct.term(1 << 18, (short) (a + 128), BlockProduct.UNIT_SCALE, counters));
        assertEquals(1, counters.saturatedTerms());
        assertEquals(1L << 35, BlockProduct.term(1 << 18, a, BlockProduct.UNIT_SCALE, counters));
        long below = (long) 255 * 1024 * (1 << 18);
        assertEquals(below, BlockProduct.term(1 << 18, (short) (a | 127), BlockProduct.UNIT_SCALE, counters));
        assertTrue(below < LIMIT);
        assertEquals(1, counters.saturatedTerms());
    }

    @Test
    void n19_sumsAreTheSameInEveryOrderAndSplit() {
        for (int round = 0; round < 200; round++) {
            int blocks = 1 + random.nextInt(300);
            List<Long> terms = new ArrayList<>();
            for (int b = 0; b < blocks; b++) {
                terms.add(term(sum(), activationScale(100 + random.nextInt(50)), weightScale(random.nextInt(31))));
            }
            float expected = BlockProduct.toFp32(sum(terms));
            Collections.shuffle(terms, random);
            int split = random.nextInt(blocks + 1);
            long parts = sum(terms.subList(split, blocks)) + sum(terms.subList(0, split));
            assertEquals(expected, BlockProduct.toFp32(parts), () -> "seed " + SEED);
        }
    }

    @Test
    void n19_accumulatorHoldsTheLargestTerms() {
        long largest = BlockProduct.MAX_BLOCKS * LIMIT;
        assertTrue(largest < 1L << 47);
        assertEquals(0x1p27f, BlockProduct.toFp32(largest));
        assertEquals(-0x1p27f, BlockProduct.toFp32(-largest));
    }

    @Test
    void n20_resultIsNearestEvenOfTheAccumulator() {
        BigDecimal unit = BigDecimal.ONE.divide(new BigDecimal(1 << 20));
        for (int i = 0; i < 200_000; i++) {
            long accumulator = random.nextLong() >> 16 + random.nextInt(48);
            float expected = Floats.rounded(new BigDecimal(accumulator).multiply(unit), 0f);
            assertEquals(expected, BlockProduct.toFp32(accumulator), () -> "seed " + SEED);
        }
        assertEquals(0, Float.floatToRawIntBits(BlockProduct.toFp32(0)));
        assertEquals(-0x1p-20f, BlockProduct.toFp32(-1));
    }

    @Test
    void n21_unitScaleIsOne() {
        assertEquals(1f, ScaleFormat.FP16.value(BlockProduct.UNIT_SCALE));
        short one = 0x3F80; // bfloat16 1
        for (int s : new int[] {1, -1, 65_535, -65_535}) {
            assertEquals((long) s << 20, term(s, one, BlockProduct.UNIT_SCALE));
        }
    }

    private int sum() {
        return random.nextInt(2 * LARGEST_SUM + 1) - LARGEST_SUM;
    }

    private short activationScale(int field) {
        return (short) (field << 7 | random.nextInt(128));
    }

    private short weightScale(int field) {
        return (short) (field << 10 | random.nextInt(1024) | random.nextInt(2) << 15);
    }

    private static long sum(List<Long> terms) {
        return terms.stream().mapToLong(Long::longValue).sum();
    }

    private static long term(int s, short a, short w) {
        return BlockProduct.term(s, a, w, new NumericCounters());
    }

    /** The term from the values of the scales, in exact arithmetic. */
    private static void checkTerm(int s, short a, short w) {
        int ea = a >>> 7 & 0xFF;
        BigDecimal da = ea == 0 ? BigDecimal.ZERO : new BigDecimal(ScaleFormat.BF16.value(a));
        BigDecimal exact = BigDecimal.valueOf(s)
                .multiply(da)
                .multiply(new BigDecimal(ScaleFormat.FP16.value(w)))
                .multiply(new BigDecimal(1 << 20));
        BigInteger rounded =
                exact.add(new BigDecimal("0.5")).setScale(0, RoundingMode.FLOOR).toBigInteger();
        BigInteger limit = BigInteger.valueOf(LIMIT);
        int shift = ea + Math.max(w >>> 10 & 0x1F, 1) - 139;
        boolean saturates = rounded.abs().compareTo(limit) > 0 || (shift > 16 && exact.signum() != 0);
        long expected = saturates ? exact.signum() * LIMIT : rounded.longValueExact();
        NumericCounters counters = new NumericCounters();
        String what = "term(" + s + ", " + Integer.toHexString(a & 0xFFFF) + ", " + Integer.toHexString(w & 0xFFFF)
                + "), seed " + SEED;
        assertEquals(expected, BlockProduct.term(s, a, w, counters), what);
        assertEquals(saturates ? 1 : 0, counters.saturatedTerms(), what);
    }
}
