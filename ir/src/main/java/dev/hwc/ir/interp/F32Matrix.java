package dev.hwc.ir.interp;

import dev.hwc.ir.format.model.WeightTensor;
import org.jspecify.annotations.Nullable;

/** Weights as floats, one array per row. */
final class F32Matrix implements Matrix {
    private final float[][] weights;

    private F32Matrix(float[][] weights) {
        this.weights = weights;
    }

    static F32Matrix of(WeightTensor tensor) {
        float[][] weights = new float[Math.toIntExact(tensor.rows())][];
        for (int row = 0; row < weights.length; row++) {
            weights[row] = tensor.row(row);
        }
        return new F32Matrix(weights);
    }

    @Override
    public int rows() {
        return weights.length;
    }

    @Override
    public int columns() {
        return weights[0].length;
    }

    @Override
    public void row(int row, float[] y) {
        System.arraycopy(weights[row], 0, y, 0, y.length);
    }

    @Override
    public void multiply(float[] x, float @Nullable [] bias, float[] y) {
        for (int row = 0; row < y.length; row++) {
            float product = Dot.f32(weights[row], x);
            y[row] = bias == null ? product : product + bias[row];
        }
    }
}
