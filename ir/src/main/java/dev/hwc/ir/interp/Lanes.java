package dev.hwc.ir.interp;

/**
 * The order in which llama.cpp adds on a CPU with AVX-512, as its x86 kernels are written: floats in 64
 * lanes that are folded to 16, integers in 8 lanes, fused multiply-adds, and an exponential by polynomial.
 * Source: ggml-cpu at c392e509 (ggml_vec_dot_f32, ggml_vec_soft_max_f32, hsum_float_8, ggml_v_expf) and
 * the definition of the compiler's _mm512_reduce_add_ps.
 */
final class Lanes {
    /** Lanes of an integer product. */
    static final int INTEGER = 8;
    /** Floats of a vector. */
    static final int VECTOR = 16;

    private static final int STEP = 64;
    /** Larger exponents give 0 or infinity. */
    private static final float EXPONENT_LIMIT = 192;

    private Lanes() {}

    /** The sum of 8 lanes: the halves, then 0 with 2 and 1 with 3, then those. */
    static float sum8(float[] lanes) {
        return ((lanes[4] + lanes[0]) + (lanes[6] + lanes[2])) + ((lanes[5] + lanes[1]) + (lanes[7] + lanes[3]));
    }

    /** The sum of the 16 lanes from {@code start} on: the halves, then as {@link #sum8}. */
    static float sum16(float[] lanes, int start) {
        float even = (half(lanes, start + 4) + half(lanes, start)) + (half(lanes, start + 6) + half(lanes, start + 2));
        float odd =
                (half(lanes, start + 5) + half(lanes, start + 1)) + (half(lanes, start + 7) + half(lanes, start + 3));
        return even + odd;
    }

    private static float half(float[] lanes, int i) {
        return lanes[i + INTEGER] + lanes[i];
    }

    /**
     * Whole steps of 64 in lanes, folded in halves. Of what is left, products of whole groups of eight are
     * rounded and added one by one, the others fused.
     */
    static float dot(float[] a, int aStart, float[] b, int bStart, int count) {
        int whole = count / STEP * STEP;
        float sum = 0;
        if (whole > 0) {
            float[] lanes = new float[STEP];
            for (int i = 0; i < whole; i += STEP) {
                for (int lane = 0; lane < STEP; lane++) {
                    lanes[lane] = Math.fma(a[aStart + i + lane], b[bStart + i + lane], lanes[lane]);
                }
            }
            fold(lanes, STEP / 2);
            fold(lanes, STEP / 4);
            sum = sum16(lanes, 0);
        }
        int grouped = count / INTEGER * INTEGER;
        for (int i = whole; i < grouped; i++) {
            sum += a[aStart + i] * b[bStart + i];
        }
        for (int i = grouped; i < count; i++) {
            sum = Math.fma(a[aStart + i], b[bStart + i], sum);
        }
        return sum;
    }

    /** As {@link #dot} for halves of brains: two vectors of lanes, which are added in double as what is left is. */
    static float dotBf16(float[] a, int aStart, float[] b, int bStart, int count) {
        int whole = count / (2 * VECTOR) * (2 * VECTOR);
        float[] lanes = new float[2 * VECTOR];
        for (int i = 0; i < whole; i++) {
            lanes[i % lanes.length] += a[aStart + i] * b[bStart + i];
        }
        double sum = (double) sum16(lanes, 0) + sum16(lanes, VECTOR);
        for (int i = whole; i < count; i++) {
            sum += a[aStart + i] * b[bStart + i];
        }
        return (float) sum;
    }

    private static void fold(float[] lanes, int half) {
        for (int i = 0; i < half; i++) {
            lanes[i] += lanes[half + i];
        }
    }

    /**
     * e to the x, within two units in the last place: 2ⁿ·p(r) with n = x/ln 2 rounded and r = x − n·ln 2,
     * ln 2 in two parts.
     */
    static float exp(float x) {
        float shift = 0x1.8p23f;
        float shifted = Math.fma(x, 0x1.715476p+0f, shift);
        float n = shifted - shift;
        if (Math.abs(n) > EXPONENT_LIMIT) {
            return x < 0 ? 0 : Float.POSITIVE_INFINITY;
        }
        float r = Math.fma(-n, 0x1.7f7d1cp-20f, Math.fma(-n, 0x1.62e4p-1f, x));
        float r2 = r * r;
        float high = Math.fma(0x1.0e4020p-7f, r, 0x1.573e2ep-5f);
        float middle = Math.fma(0x1.555e66p-3f, r, 0x1.fffdb6p-2f);
        float low = Math.fma(0x1.ffffecp-1f, r, 1);
        return Math.scalb(Math.fma(Math.fma(high, r2, middle), r2, low), (int) n);
    }
}
