package dev.hwc.ir.interp;

import dev.hwc.ir.tensor.Attention;

/**
 * Keys and values as floats, with llama.cpp's order of additions: the cache is looked at in whole pieces
 * of 32 positions, of which those that attention does not see weigh nothing.
 */
final class LlamaCppKvCache extends F32KvCache {
    private static final int PIECE = 32;

    LlamaCppKvCache(Attention attention) {
        super(attention);
    }

    /** Where scores have a soft cap, queries are scaled instead of scores. */
    @Override
    public void attend(float[] q, float[] k, float[] v, int position, float[] y) {
        float[] queries = q;
        if (attention().softCap() != 0) {
            queries = q.clone();
            for (int i = 0; i < q.length; i++) {
                queries[i] *= attention().scale();
            }
        }
        super.attend(queries, k, v, position, y);
    }

    @Override
    float score(float product) {
        float cap = attention().softCap();
        return cap == 0 ? product * attention().scale() : LlamaCpp.softCap(product, cap);
    }

    @Override
    float dot(float[] a, int aStart, float[] b, int bStart, int count) {
        return Lanes.dot(a, aStart, b, bStart, count);
    }

    /** Exponentials are added in double, sixteen at a time. */
    @Override
    void softmax(float[] scores, int first) {
        float max = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        float[] padded = padded(scores.length, first);
        for (int i = 0; i < scores.length; i++) {
            padded[first + i] = Lanes.exp(scores[i] - max);
        }
        double sum = 0;
        for (int i = 0; i < padded.length; i += Lanes.VECTOR) {
            sum += Lanes.sum16(padded, i);
        }
        float inverse = (float) (1.0 / sum);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = padded[first + i] * inverse;
        }
    }

    @Override
    void weightedSum(float[] weights, int first, int start, float[] y, int yStart) {
        float[] padded = padded(weights.length, first);
        System.arraycopy(weights, 0, padded, first, weights.length);
        float[] column = new float[padded.length];
        for (int i = 0; i < attention().headDim(); i++) {
            for (int t = 0; t < weights.length; t++) {
                column[first + t] = value(first + t)[start + i];
            }
            y[yStart + i] = Lanes.dot(column, 0, padded, 0, padded.length);
        }
    }

    private static float[] padded(int count, int first) {
        return new float[Math.ceilDiv(first + count, PIECE) * PIECE];
    }
}
