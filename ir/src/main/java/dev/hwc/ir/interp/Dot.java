package dev.hwc.ir.interp;

/** Dot products with a fixed order of additions. */
final class Dot {
    private Dot() {}

    /** The product of two whole arrays of equal length. */
    static float f32(float[] a, float[] b) {
        return f32(a, 0, b, 0, a.length);
    }

    /**
     * Eight partial sums, of the elements i ≡ 0..7 (mod 8), added pairwise at the end; no fused
     * multiply-add. A single sum would wait for each addition before it starts the next.
     */
    static float f32(float[] a, int aStart, float[] b, int bStart, int count) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = 0;
        for (; i + 8 <= count; i += 8) {
            int p = aStart + i;
            int q = bStart + i;
            s0 += a[p] * b[q];
            s1 += a[p + 1] * b[q + 1];
            s2 += a[p + 2] * b[q + 2];
            s3 += a[p + 3] * b[q + 3];
            s4 += a[p + 4] * b[q + 4];
            s5 += a[p + 5] * b[q + 5];
            s6 += a[p + 6] * b[q + 6];
            s7 += a[p + 7] * b[q + 7];
        }
        float rest = 0;
        for (; i < count; i++) {
            rest += a[aStart + i] * b[bStart + i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest;
    }
}
