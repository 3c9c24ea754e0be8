package dev.hwc.rtl.synth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Two products with a common factor from one multiplication: (high·2^spacing + low)·common. The figures of
 * docs/fpga.md, over all operands.
 */
class PackedProductsTest {
    /** The wide signed input of a DSP48E1's multiplier, and of a DSP48E2's. */
    private static final int E1_BITS = 25;

    private static final int E2_BITS = 27;

    /** Products of a block that an element adds up (N16). */
    private static final int BLOCK = 32;

    private static boolean fits(long value, int bits) {
        return value >= -(1L << (bits - 1)) && value < 1L << (bits - 1);
    }

    private static long packed(int high, int low, int spacing) {
        return ((long) high << spacing) + low;
    }

    private static int lowOf(long product, int spacing) {
        return (int) (product << (64 - spacing) >> (64 - spacing));
    }

    /** Taking the low field's sign out of the high field is the correction: a carry into the adder that follows. */
    private static int highOf(long product, int spacing) {
        return (int) ((product >> spacing) + (product >> (spacing - 1) & 1));
    }

    private static void bothProductsAreExact(
            int lowest, int highest, int lowestCommon, int highestCommon, int spacing) {
        for (int high = lowest; high <= highest; high++) {
            for (int low = lowest; low <= highest; low++) {
                long operand = packed(high, low, spacing);
                for (int common = lowestCommon; common <= highestCommon; common++) {
                    long product = operand * common;
                    if (highOf(product, spacing) != high * common || lowOf(product, spacing) != low * common) {
                        assertEquals(high * common, highOf(product, spacing), high + "," + low + "·" + common);
                        assertEquals(low * common, lowOf(product, spacing), high + "," + low + "·" + common);
                    }
                }
            }
        }
    }

    @Test
    void twoInt8ProductsOfADsp48e1AreExact16BitsApart() {
        assertTrue(fits(packed(-128, -128, 16), E1_BITS) && fits(packed(127, 127, 16), E1_BITS));
        bothProductsAreExact(-128, 127, -128, 127, 16);
    }

    @Test
    void eighteenBitsApartInt8OperandsFitADsp48e2ButNotADsp48e1() {
        assertTrue(fits(packed(-128, -128, 18), E2_BITS) && fits(packed(127, 127, 18), E2_BITS));
        assertTrue(!fits(packed(-127, -127, 18), E1_BITS));
        bothProductsAreExact(-128, 127, -128, 127, 18);
    }

    @Test
    void activationCodesWithoutMinus128FitADsp48e1SeventeenBitsApart() {
        assertTrue(fits(packed(-127, -127, 17), E1_BITS) && fits(packed(127, 127, 17), E1_BITS));
        assertTrue(!fits(packed(-128, -128, 17), E1_BITS));
        bothProductsAreExact(-127, 127, -128, 127, 17);
    }

    /** So many of the largest products, added up in the multiplier block, stay in their field. */
    private static int additions(int largest, int spacing) {
        return ((1 << (spacing - 1)) - 1) / largest;
    }

    @Test
    void sumsOfInt8ProductsLeaveTheirFieldBeforeABlockEnds() {
        assertEquals(2, additions(127 * 128, 16));
        assertEquals(4, additions(127 * 128, 17));
        assertEquals(8, additions(127 * 128, 18));
        assertTrue(additions(127 * 128, 20) >= BLOCK);
        assertTrue(!fits(packed(-127, -127, 20), E2_BITS));
    }

    @Test
    void aBlockOfTwoInt4WeightsByAnActivationAddsUpWithinADsp48e1() {
        int spacing = 16;
        assertTrue(fits(packed(-8, -8, spacing), E1_BITS) && fits(packed(7, 7, spacing), E1_BITS));
        assertTrue(additions(8 * 127, spacing) >= BLOCK);
        bothProductsAreExact(-8, 7, -127, 127, spacing);
        for (int high : new int[] {-8, 7}) {
            for (int low : new int[] {-8, 7}) {
                for (int common : new int[] {-127, 127}) {
                    long sum = BLOCK * packed(high, low, spacing) * common;
                    assertEquals(BLOCK * high * common, highOf(sum, spacing));
                    assertEquals(BLOCK * low * common, lowOf(sum, spacing));
                }
            }
        }
    }
}
