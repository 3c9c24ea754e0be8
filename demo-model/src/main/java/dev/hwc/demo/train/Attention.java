package dev.hwc.demo.train;

import dev.hwc.demo.Shape;
import dev.hwc.demo.train.Gemm.View;
import java.util.Arrays;

/**
 * Causal attention with rotary positions and grouped key/value heads. Query rows are taken in strips of 64, and a strip
 * looks only at the keys up to its own end, which saves almost half of the work.
 */
final class Attention {
    /** Query rows per strip. */
    static final int ROWS = 64;

    private final Shape shape;
    private final int capacity;
    private final Gemm gemm;
    private final float[] cosines;
    private final float[] sines;
    private final float[] dQuery;
    private final float[] dKey;
    private final float[] dValue;
    private final float[] dScores;

    /** What the backward pass needs; after it, query, key and value hold their gradients. */
    static final class State {
        final float[] query;
        final float[] key;
        final float[] value;
        final float[] mixed;
        /** Softmax weights [heads, time, time]. */
        final float[] weights;

        State(Shape shape, int time) {
            query = new float[time * shape.queryWidth()];
            key = new float[time * shape.keyWidth()];
            value = new float[time * shape.keyWidth()];
            mixed = new float[time * shape.queryWidth()];
            weights = new float[shape.heads() * time * time];
        }
    }

    Attention(Shape shape, int capacity, Gemm gemm) {
        this.shape = shape;
        this.capacity = capacity;
        this.gemm = gemm;
        int pairs = shape.headWidth() / 2;
        cosines = new float[capacity * pairs];
        sines = new float[capacity * pairs];
        for (int i = 0; i < cosines.length; i++) {
            double angle = i / pairs * Math.pow(Shape.ROPE_BASE, -2.0 * (i % pairs) / shape.headWidth());
            cosines[i] = (float) Math.cos(angle);
            sines[i] = (float) Math.sin(angle);
        }
        dQuery = new float[capacity * shape.queryWidth()];
        dKey = new float[capacity * shape.keyWidth()];
        dValue = new float[capacity * shape.keyWidth()];
        dScores = new float[ROWS * capacity];
    }

    /** Turns query and key in place, then mixes values; a strip of rows at a time. */
    void forward(State s, int time) {
        turn(s.query, shape.heads(), time, 1);
        turn(s.key, shape.keyValueHeads(), time, 1);
        float scale = scale();
        for (int head = 0; head < shape.heads(); head++) {
            for (int row = 0; row < time; row += ROWS) {
                int keys = row + ROWS;
                View scores = View.of(s.weights, weightsAt(head, row), capacity);
                gemm.multiply(
                        ROWS,
                        keys,
                        shape.headWidth(),
                        query(s.query, head, row),
                        key(s.key, head).transposed(),
                        scores,
                        false);
                for (int i = 0; i < ROWS; i++) {
                    int at = scores.offset() + i * capacity;
                    for (int j = 0; j <= row + i; j++) {
                        s.weights[at + j] *= scale;
                    }
                    Elementwise.softmax(s.weights, at, row + i + 1, keys);
                }
                gemm.multiply(
                        ROWS, shape.headWidth(), keys, scores, key(s.value, head), query(s.mixed, head, row), false);
            }
        }
    }

    /** @param dMixed gradient of {@code mixed} [time, queryWidth] */
    void backward(State s, float[] dMixed, int time) {
        Arrays.fill(dKey, 0, time * shape.keyWidth(), 0);
        Arrays.fill(dValue, 0, time * shape.keyWidth(), 0);
        for (int head = 0; head < shape.heads(); head++) {
            for (int row = 0; row < time; row += ROWS) {
                strip(s, dMixed, head, row);
            }
        }
        System.arraycopy(dQuery, 0, s.query, 0, time * shape.queryWidth());
        System.arraycopy(dKey, 0, s.key, 0, time * shape.keyWidth());
        System.arraycopy(dValue, 0, s.value, 0, time * shape.keyWidth());
        turn(s.query, shape.heads(), time, -1);
        turn(s.key, shape.keyValueHeads(), time, -1);
    }

    private void strip(State s, float[] dMixed, int head, int row) {
        int keys = row + ROWS;
        int width = shape.headWidth();
        View weights = View.of(s.weights, weightsAt(head, row), capacity);
        View d = View.of(dScores, 0, capacity);
        View dOut = query(dMixed, head, row);
        gemm.multiply(keys, width, ROWS, weights.transposed(), dOut, key(dValue, head), true);
        gemm.multiply(ROWS, keys, width, dOut, key(s.value, head).transposed(), d, false);
        for (int i = 0; i < ROWS; i++) {
            int at = weights.offset() + i * capacity;
            Elementwise.softmaxBackward(s.weights, at, dScores, i * capacity, keys, scale());
        }
        gemm.multiply(ROWS, width, keys, d, key(s.key, head), query(dQuery, head, row), false);
        gemm.multiply(keys, width, ROWS, d.transposed(), query(s.query, head, row), key(dKey, head), true);
    }

    private float scale() {
        return (float) (1 / Math.sqrt(shape.headWidth()));
    }

    private int weightsAt(int head, int row) {
        return (head * capacity + row) * capacity;
    }

    private View query(float[] data, int head, int row) {
        return View.of(data, row * shape.queryWidth() + head * shape.headWidth(), shape.queryWidth());
    }

    private View key(float[] data, int head) {
        int group = shape.heads() / shape.keyValueHeads();
        return View.of(data, head / group * shape.headWidth(), shape.keyWidth());
    }

    /** RoPE: each pair of neighbours turns by position · base^(-2i/d); {@code direction} −1 turns back. */
    private void turn(float[] x, int heads, int time, int direction) {
        int pairs = shape.headWidth() / 2;
        for (int t = 0; t < time; t++) {
            for (int pair = 0; pair < heads * pairs; pair++) {
                int at = (t * heads * pairs + pair) * 2;
                float cos = cosines[t * pairs + pair % pairs];
                float sin = sines[t * pairs + pair % pairs] * direction;
                float even = x[at];
                float odd = x[at + 1];
                x[at] = even * cos - odd * sin;
                x[at + 1] = even * sin + odd * cos;
            }
        }
    }
}
