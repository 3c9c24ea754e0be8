package dev.hwc.ir.numerics;

import dev.hwc.ir.IrException;

/**
 * Scale and offset of a block of {@code i4m} weights (N13): w = (significand·q + offset)·2^(exponent −
 * 25), with one exponent for both. The scale's word has the exponent in its top 5 bits and the
 * significand, of 11 bits and without a hidden one, below.
 *
 * @param word exponent and significand
 * @param offset in units of the significand's last place
 */
public record BlockScale(short word, short offset) {
    private static final int SIGNIFICAND_BITS = 11;
    private static final int BIAS = 25;
    private static final int MAX_EXPONENT = 31;

    /** Exponent of a word, 0…31. */
    public static int exponent(short word) {
        return word >>> SIGNIFICAND_BITS & MAX_EXPONENT;
    }

    /** Significand of a word, 0…2047. */
    public static int significand(short word) {
        return word & (1 << SIGNIFICAND_BITS) - 1;
    }

    /** The value of a code, exact. */
    public static float value(int code, short word, short offset) {
        return Math.scalb((float) (significand(word) * code + offset), exponent(word) - BIAS);
    }

    /**
     * The nearest representation of w = scale·q + offset with the smallest exponent that holds both.
     *
     * @param scale not negative
     * @throws IrException when one of them is not finite or too large
     */
    public static BlockScale of(double scale, double offset) {
        for (int exponent = 0; exponent <= MAX_EXPONENT; exponent++) {
            double significand = Math.rint(Math.scalb(scale, BIAS - exponent));
            double units = Math.rint(Math.scalb(offset, BIAS - exponent));
            if (significand < 1 << SIGNIFICAND_BITS && units <= Short.MAX_VALUE && units >= Short.MIN_VALUE) {
                return new BlockScale((short) (exponent << SIGNIFICAND_BITS | (int) significand), (short) (int) units);
            }
        }
        throw new IrException("a block has scale " + scale + " and minimum offset " + offset
                + "; weights of four bits with minima must be below 130,000 in magnitude");
    }
}
