package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import dev.hwc.ir.tensor.Attention;
import java.util.ArrayList;
import java.util.List;

/** Keys and values as floats, one row per position. */
class F32KvCache implements KvCache {
    private final Attention attention;
    private final List<float[]> keys = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();

    F32KvCache(Attention attention) {
        this.attention = attention;
    }

    @Override
    public void attend(float[] q, float[] k, float[] v, int position, float[] y) {
        store(k, v, position);
        int headDim = attention.headDim();
        int headsPerKvHead = attention.heads() / attention.kvHeads();
        int first = attention.firstRow(position);
        float[] weights = new float[position + 1 - first];
        for (int head = 0; head < attention.heads(); head++) {
            int qStart = head * headDim;
            int kvStart = head / headsPerKvHead * headDim;
            for (int t = first; t <= position; t++) {
                weights[t - first] = score(dot(q, qStart, keys.get(t), kvStart, headDim));
            }
            softmax(weights, first);
            weightedSum(weights, first, kvStart, y, qStart);
        }
    }

    /** The score of a product of a query and a key. */
    float score(float product) {
        float score = product * attention.scale();
        return attention.softCap() == 0 ? score : F32.softCap(score, attention.softCap());
    }

    private void store(float[] k, float[] v, int position) {
        if (position > keys.size()) {
            throw new IrException("KV cache of layer " + attention.layer() + " holds positions 0 to "
                    + (keys.size() - 1) + "; position " + position + " would leave a gap");
        }
        keys.subList(position, keys.size()).clear();
        values.subList(position, values.size()).clear();
        keys.add(k.clone());
        values.add(v.clone());
    }

    final Attention attention() {
        return attention;
    }

    /** The stored value row of a position. */
    final float[] value(int position) {
        return values.get(position);
    }

    /** The product of a query and a key. */
    float dot(float[] a, int aStart, float[] b, int bStart, int count) {
        return Dot.f32(a, aStart, b, bStart, count);
    }

    /** Scores of the positions from {@code first} on become weights. */
    void softmax(float[] scores, int first) {
        float max = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        float sum = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) StrictMath.exp(scores[i] - max);
            sum += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= sum;
        }
    }

    /** y = Σ weights[t] · value row first + t, of the elements from {@code kvStart} on. */
    void weightedSum(float[] weights, int first, int kvStart, float[] y, int yStart) {
        int headDim = attention.headDim();
        for (int i = 0; i < headDim; i++) {
            y[yStart + i] = 0;
        }
        for (int t = 0; t < weights.length; t++) {
            float[] value = values.get(first + t);
            for (int i = 0; i < headDim; i++) {
                y[yStart + i] += weights[t] * value[kvStart + i];
            }
        }
    }
}
