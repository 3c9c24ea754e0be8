package dev.hwc.ir.interp;

import java.util.Arrays;

/**
 * Activations as 8-bit integers with one scale per block: x[i] ≈ scales[i / blockSize] · q[i], and
 * their sums, which weights with minima need: Σ x over group g ≈ sumScales[block] · sums[g].
 *
 * @param q one per element
 * @param scales one per block
 * @param sums one per group of weights that share a minimum; empty in Q8_0, whose partners have none
 * @param sumScales one per block; empty as {@code sums}
 */
@SuppressWarnings("ArrayRecordComponent") // a working buffer, never compared
record QuantizedRow(byte[] q, float[] scales, float[] sums, float[] sumScales) {
    private static final int Q8_0_BLOCK = 32;
    private static final int Q8_K_BLOCK = 256;
    private static final float[] NONE = {};

    /**
     * Blocks of 32; d = max|x| / 127, kept as a half; q = x·127/max|x|, ties of rounding to even as in
     * llama.cpp's SIMD builds.
     */
    static QuantizedRow q8_0(float[] x) {
        QuantizedRow row = q8_1(x);
        return new QuantizedRow(row.q, row.scales, NONE, NONE);
    }

    /** As Q8_0 with the sum of each block, d·Σq with d before it is a half, kept as a half. */
    static QuantizedRow q8_1(float[] x) {
        byte[] q = new byte[x.length];
        float[] scales = new float[x.length / Q8_0_BLOCK];
        float[] sums = new float[scales.length];
        for (int block = 0; block < scales.length; block++) {
            int start = block * Q8_0_BLOCK;
            float max = Math.abs(x[largest(x, start, Q8_0_BLOCK)]);
            float inverse = max == 0 ? 0 : 127 / max;
            scales[block] = half(max / 127);
            for (int i = start; i < start + Q8_0_BLOCK; i++) {
                q[i] = (byte) Math.rint(x[i] * inverse);
            }
            sums[block] = half(max / 127 * sum(q, start, Q8_0_BLOCK));
        }
        float[] ones = new float[scales.length];
        Arrays.fill(ones, 1);
        return new QuantizedRow(q, scales, sums, ones);
    }

    /**
     * Blocks of 256; the element of largest magnitude becomes −127; ties of rounding go to even.
     *
     * @param groupSize elements per sum
     */
    static QuantizedRow q8_K(float[] x, int groupSize) {
        byte[] q = new byte[x.length];
        float[] scales = new float[x.length / Q8_K_BLOCK];
        for (int block = 0; block < scales.length; block++) {
            int start = block * Q8_K_BLOCK;
            float extreme = x[largest(x, start, Q8_K_BLOCK)];
            if (extreme != 0) {
                float inverse = -127 / extreme;
                scales[block] = 1 / inverse;
                for (int i = start; i < start + Q8_K_BLOCK; i++) {
                    q[i] = (byte) Math.min(127, Math.rint(x[i] * inverse));
                }
            }
        }
        float[] sums = new float[x.length / groupSize];
        for (int group = 0; group < sums.length; group++) {
            sums[group] = sum(q, group * groupSize, groupSize);
        }
        return new QuantizedRow(q, scales, sums, scales);
    }

    private static int sum(byte[] q, int start, int count) {
        int sum = 0;
        for (int i = start; i < start + count; i++) {
            sum += q[i];
        }
        return sum;
    }

    private static float half(float x) {
        return Float.float16ToFloat(Float.floatToFloat16(x));
    }

    /** Where the first element of largest magnitude stands. */
    private static int largest(float[] x, int start, int count) {
        int largest = start;
        for (int i = start + 1; i < start + count; i++) {
            if (Math.abs(x[i]) > Math.abs(x[largest])) {
                largest = i;
            }
        }
        return largest;
    }
}
