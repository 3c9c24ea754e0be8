package dev.hwc.ir.numerics;

/**
 * The matrix accumulator: int32 block sums, scaled in fixed point and added into 48 bits. Rules N16
 * to N21; associative by construction, so tiling and splitting never change a bit.
 */
public final class BlockProduct {
    /** Elements per block (N12). */
    public static final int BLOCK = 32;
    /** Blocks one accumulation may hold (N19). */
    public static final int MAX_BLOCKS = 2048;
    /** binary16 bits of the unit scale (N21). */
    public static final short UNIT_SCALE = 0x3C00;

    private static final long LIMIT = (1L << 36) - 1;

    private BlockProduct() {}

    /** Exact sum of products of one block (N16). */
    public static int dot(byte[] a, int aFrom, byte[] w, int wFrom) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += a[aFrom + i] * w[wFrom + i];
        }
        return sum;
    }

    /** Exact sum of the codes of one block (N16). */
    public static int sum(byte[] a, int aFrom) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += a[aFrom + i];
        }
        return sum;
    }

    /**
     * One block's contribution in units of 2^-20 where blocks have an offset (N17, N18).
     *
     * @param s block sum
     * @param t sum of the activation codes
     * @param aScale bfloat16 bits
     * @param wScale the word of a {@link BlockScale}
     * @param offset in units of the scale's last place
     */
    public static long term(int s, int t, short aScale, short wScale, short offset, NumericCounters counters) {
        int ea = (aScale >>> 7) & 0xFF;
        if (ea == 0) {
            return 0;
        }
        long sum = (long) s * BlockScale.significand(wScale) + (long) t * offset;
        return saturate(align(sum * ((aScale & 0x7F) | 0x80), ea + BlockScale.exponent(wScale) - 139), counters);
    }

    /**
     * One block's contribution in units of 2^-20 (N17, N18).
     *
     * @param s block sum
     * @param aScale bfloat16 bits
     * @param wScale binary16 bits, finite
     */
    public static long term(int s, short aScale, short wScale, NumericCounters counters) {
        int ea = (aScale >>> 7) & 0xFF;
        if (ea == 0 || s == 0) {
            return 0;
        }
        int field = (wScale >>> 10) & 0x1F;
        int ew = Math.max(field, 1);
        long mw = (wScale & 0x3FF) | (field == 0 ? 0 : 0x400);
        long product = s * (long) ((aScale & 0x7F) | 0x80) * (wScale < 0 ? -mw : mw);
        return saturate(align(product, ea + ew - 139), counters);
    }

    private static long align(long product, int sh) {
        if (sh >= 0) {
            return sh > 16 ? Long.signum(product) * (LIMIT + 1) : product << sh;
        }
        int r = -sh;
        return r > 40 ? 0 : (product + (1L << (r - 1))) >> r;
    }

    private static long saturate(long term, NumericCounters counters) {
        if (term > LIMIT || term < -LIMIT) {
            counters.saturatedTerm();
            return term > 0 ? LIMIT : -LIMIT;
        }
        return term;
    }

    /** The fp32 value of an accumulator (N20). */
    public static float toFp32(long accumulator) {
        float magnitude = Fp32.pack(Math.abs(accumulator), -20);
        return accumulator < 0 ? -magnitude : magnitude;
    }
}
