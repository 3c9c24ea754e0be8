package dev.hwc.ir.numerics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizeTest {
    private static final long SEED = 3;
    /**
     * Half a step, plus the error of q's argument at its largest (127): recip 2.5e-7, rounding of the
     * product and of 1/127 by 2^-24 each.
     */
    private static final double STEPS = 0.5 + 127 * (2.5e-7 + 2 * 0x1p-24);

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @EnumSource(ScaleFormat.class)
    void n15_elementsAreWithinHalfAStep(ScaleFormat format) {
        NumericCounters counters = new NumericCounters();
        for (int i = 0; i < 20_000; i++) {
            int length = 1 + random.nextInt(64);
            float[] x = new float[length];
            // amax/127 must be in the range of the scales; binary16 ones are rounded up even when subnormal.
            int top = format == ScaleFormat.FP16 ? random.nextInt(40) - 20 : random.nextInt(230) - 105;
            for (int j = 0; j < length; j++) {
                x[j] = Floats.withExponent(random, Math.max(-126, top - 12), top);
            }
            byte[] q = new byte[length];
            float d = format.value(Quantize.group(x, 0, length, q, 0, format, counters));
            for (int j = 0; j < length; j++) {
                assertTrue(q[j] >= -127, "seed " + SEED);
                assertEquals(x[j], (double) q[j] * d, STEPS * d, "seed " + SEED + " round " + i);
            }
        }
        assertEquals(0, counters.numericExceptions());
    }

    @ParameterizedTest
    @EnumSource(ScaleFormat.class)
    void n15_largestElementUsesTheWholeRangeUpToTheScalesRounding(ScaleFormat format) {
        for (int i = 0; i < 50_000; i++) {
            float x = Floats.withExponent(random, 0, 15);
            byte[] q = new byte[1];
            Quantize.group(new float[] {x}, 0, 1, q, 0, format, new NumericCounters());
            // Rounding the scale up by one unit of 8 or 11 bits lowers q by at most one.
            assertEquals(127, Math.abs(q[0]), 1);
            assertEquals(x > 0, q[0] > 0);
        }
    }

    @ParameterizedTest
    @EnumSource(ScaleFormat.class)
    void n15_zeroGroupsHaveScaleZero(ScaleFormat format) {
        byte[] q = {1, 2, 3};
        float[] x = {0f, -0f, Float.MIN_VALUE};
        assertEquals(0, Quantize.group(x, 0, 3, q, 0, format, new NumericCounters()));
        assertArrayEquals(new byte[3], q);
    }

    @Test
    void n15_tinyGroups() {
        byte[] q = new byte[1];
        float[] x = {Float.MIN_NORMAL}; // amax/127 is flushed
        assertEquals(0, Quantize.group(x, 0, 1, q, 0, ScaleFormat.BF16, new NumericCounters()));
        assertEquals(0, q[0]);
        x[0] = 1e-30f; // binary16 rounds away from zero: its smallest subnormal
        assertEquals(1, Quantize.group(x, 0, 1, q, 0, ScaleFormat.FP16, new NumericCounters()));
        assertEquals(0, q[0]);
    }

    @Test
    void n15_hugeGroupsClampAtTheLargestScale() {
        float[] x = {Float.MAX_VALUE, -Float.MAX_VALUE, 65504f * 127, 65504f};
        byte[] q = new byte[4];
        assertEquals(0x7BFF, Quantize.group(x, 0, 4, q, 0, ScaleFormat.FP16, new NumericCounters()));
        assertArrayEquals(new byte[] {127, -127, 127, 1}, q);
    }

    @Test
    void n15_nanCountsAsZeroAndInfinityAsLargestFinite() {
        NumericCounters counters = new NumericCounters();
        float[] x = {Float.NaN, Float.NEGATIVE_INFINITY, 1f, Float.POSITIVE_INFINITY, Float.MAX_VALUE};
        byte[] q = new byte[5];
        short scale = Quantize.group(x, 0, 5, q, 0, ScaleFormat.BF16, counters);
        assertEquals(3, counters.numericExceptions());
        float[] finite = {0f, -Float.MAX_VALUE, 1f, Float.MAX_VALUE, Float.MAX_VALUE};
        byte[] expected = new byte[5];
        NumericCounters none = new NumericCounters();
        assertEquals(Quantize.group(finite, 0, 5, expected, 0, ScaleFormat.BF16, none), scale);
        assertArrayEquals(expected, q);
        assertEquals(0, none.numericExceptions());
    }

    @Test
    void n15_groupsAreIndependentOfPlace() {
        float[] x = new float[40];
        for (int i = 0; i < 40; i++) {
            x[i] = Floats.withExponent(random, -3, 3);
        }
        byte[] whole = new byte[40];
        short scale = Quantize.group(x, 4, 32, whole, 8, ScaleFormat.BF16, new NumericCounters());
        float[] part = java.util.Arrays.copyOfRange(x, 4, 36);
        byte[] q = new byte[32];
        assertEquals(scale, Quantize.group(part, 0, 32, q, 0, ScaleFormat.BF16, new NumericCounters()));
        assertArrayEquals(q, java.util.Arrays.copyOfRange(whole, 8, 40));
        assertEquals(0, whole[7]);
    }

    @ParameterizedTest
    @EnumSource(ScaleFormat.class)
    void n14_scalesAreRoundedAwayFromZeroToTheNextValue(ScaleFormat format) {
        int largest = format == ScaleFormat.BF16 ? 0x7F7F : 0x7BFF;
        for (int i = 0; i < 300_000; i++) {
            float t = Math.abs(Floats.withExponent(random, -126, 120));
            int bits = format.roundUp(t) & 0xFFFF;
            assertTrue(bits >= 1 && bits <= largest, () -> format + " of " + t);
            if (bits < largest) {
                assertTrue(format.value((short) bits) >= t, () -> format + " of " + t);
            }
            assertTrue(format.value((short) (bits - 1)) < t, () -> format + " of " + t);
        }
    }

    @ParameterizedTest
    @EnumSource(ScaleFormat.class)
    void n14_everyScaleIsItsOwnRounding(ScaleFormat format) {
        int largest = format == ScaleFormat.BF16 ? 0x7F7F : 0x7BFF;
        int smallest = format == ScaleFormat.BF16 ? 0x0080 : 1; // bfloat16 scales are never subnormal (N17)
        for (int bits = smallest; bits <= largest; bits++) {
            float value = format.value((short) bits);
            assertEquals(bits, format.roundUp(value) & 0xFFFF);
            if (bits < largest) {
                assertEquals(bits + 1, format.roundUp(Math.nextUp(value)) & 0xFFFF);
            }
        }
        assertEquals(0, format.roundUp(0f));
        assertEquals(largest, format.roundUp(Float.MAX_VALUE) & 0xFFFF);
    }
}
