package dev.hwc.ir.interp;

/**
 * Activations as 8-bit integers with one scale per block: x[i] ≈ scales[i / blockSize] · q[i].
 *
 * @param q one per element
 * @param scales one per block
 */
@SuppressWarnings("ArrayRecordComponent") // a working buffer, never compared
record QuantizedRow(byte[] q, float[] scales) {
    private static final int Q8_0_BLOCK = 32;
    private static final int Q8_K_BLOCK = 256;

    /** Blocks of 32; d = max|x| / 127, kept as a half; q = x·127/max|x|, halves away from zero. */
    static QuantizedRow q8_0(float[] x) {
        byte[] q = new byte[x.length];
        float[] scales = new float[x.length / Q8_0_BLOCK];
        for (int block = 0; block < scales.length; block++) {
            int start = block * Q8_0_BLOCK;
            float max = Math.abs(x[largest(x, start, Q8_0_BLOCK)]);
            float inverse = max == 0 ? 0 : 127 / max;
            scales[block] = Float.float16ToFloat(Float.floatToFloat16(max / 127));
            for (int i = start; i < start + Q8_0_BLOCK; i++) {
                float scaled = x[i] * inverse;
                q[i] = (byte) (scaled + Math.copySign(0.5, scaled));
            }
        }
        return new QuantizedRow(q, scales);
    }

    /** Blocks of 256; the element of largest magnitude becomes −127; ties of rounding go to even. */
    static QuantizedRow q8_K(float[] x) {
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
        return new QuantizedRow(q, scales);
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
