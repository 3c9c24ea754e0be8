package dev.hwc.demo.train;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Operations of the decoder that are not matrix products, forward and backward, on rows of floats. */
final class Elementwise {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_256;

    private Elementwise() {}

    /**
     * RMS norm of each row: {@code y = x · w / sqrt(mean(x²) + ε)}.
     *
     * @param inverse receives 1/sqrt(mean(x²) + ε) of each row, for the backward pass
     */
    static void norm(float[] x, float[] w, int wAt, float[] y, float[] inverse, int rows, int width, float epsilon) {
        for (int row = 0; row < rows; row++) {
            int at = row * width;
            float sum = 0;
            for (int i = 0; i < width; i++) {
                sum += x[at + i] * x[at + i];
            }
            float r = (float) (1 / Math.sqrt(sum / width + epsilon));
            inverse[row] = r;
            for (int i = 0; i < width; i++) {
                y[at + i] = x[at + i] * r * w[wAt + i];
            }
        }
    }

    /**
     * Backward of {@link #norm}. With g = dy·w: {@code dx += r·g − x·r³·mean(g·x)} and {@code dw += dy·x·r}.
     *
     * @param dx is added to
     * @param dw is added to, from {@code wAt} on
     */
    static void normBackward(
            float[] dy, float[] x, float[] w, int wAt, float[] inverse, float[] dx, float[] dw, int rows, int width) {
        for (int row = 0; row < rows; row++) {
            int at = row * width;
            float r = inverse[row];
            float dot = 0;
            for (int i = 0; i < width; i++) {
                dot += dy[at + i] * w[wAt + i] * x[at + i];
            }
            float pull = dot / width * r * r * r;
            for (int i = 0; i < width; i++) {
                dw[wAt + i] += dy[at + i] * x[at + i] * r;
                dx[at + i] += dy[at + i] * w[wAt + i] * r - x[at + i] * pull;
            }
        }
    }

    /** {@code y = silu(gate) · up} on {@code n} elements, a multiple of 8. */
    static void gated(float[] gate, float[] up, float[] y, int n) {
        for (int i = 0; i < n; i += LANES.length()) {
            FloatVector a = FloatVector.fromArray(LANES, gate, i);
            a.mul(sigmoid(a)).mul(FloatVector.fromArray(LANES, up, i)).intoArray(y, i);
        }
    }

    /** Backward of {@link #gated}: replaces gate and up by their gradients. */
    static void gatedBackward(float[] dy, float[] gate, float[] up, int n) {
        for (int i = 0; i < n; i += LANES.length()) {
            FloatVector a = FloatVector.fromArray(LANES, gate, i);
            FloatVector b = FloatVector.fromArray(LANES, up, i);
            FloatVector d = FloatVector.fromArray(LANES, dy, i);
            FloatVector s = sigmoid(a);
            FloatVector silu = a.mul(s);
            d.mul(silu).intoArray(up, i);
            FloatVector slope = s.add(silu.mul(s.neg().add(1)));
            d.mul(b).mul(slope).intoArray(gate, i);
        }
    }

    /** Softmax in place of {@code count} values; those up to {@code length}, a multiple of 8, become 0. */
    static void softmax(float[] x, int at, int count, int length) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, x[at + i]);
        }
        java.util.Arrays.fill(x, at + count, at + length, Float.NEGATIVE_INFINITY);
        FloatVector sums = FloatVector.zero(LANES);
        for (int i = 0; i < length; i += LANES.length()) {
            FloatVector e = FloatVector.fromArray(LANES, x, at + i).sub(max).lanewise(VectorOperators.EXP);
            e.intoArray(x, at + i);
            sums = sums.add(e);
        }
        float scale = 1 / sums.reduceLanes(VectorOperators.ADD);
        for (int i = 0; i < length; i++) {
            x[at + i] *= scale;
        }
    }

    /** Backward of softmax in place: {@code d = p·(d − Σ p·d)·scale} on {@code length} values. */
    static void softmaxBackward(float[] p, int pAt, float[] d, int dAt, int length, float scale) {
        float dot = 0;
        for (int i = 0; i < length; i++) {
            dot += p[pAt + i] * d[dAt + i];
        }
        for (int i = 0; i < length; i++) {
            d[dAt + i] = p[pAt + i] * (d[dAt + i] - dot) * scale;
        }
    }

    private static FloatVector sigmoid(FloatVector a) {
        FloatVector one = FloatVector.broadcast(LANES, 1);
        return one.div(a.neg().lanewise(VectorOperators.EXP).add(one));
    }
}
