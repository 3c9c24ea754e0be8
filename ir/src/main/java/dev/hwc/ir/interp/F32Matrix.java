package dev.hwc.ir.interp;

import dev.hwc.ir.format.model.WeightTensor;
import org.jspecify.annotations.Nullable;

/** Weights as floats, one array per row. */
final class F32Matrix implements Matrix {
    /** The product of {@code count} elements of two arrays. */
    @FunctionalInterface
    interface Product {
        float of(float[] a, int aStart, float[] b, int bStart, int count);
    }

    private final float[][] weights;
    private final Product product;

    private F32Matrix(float[][] weights, Product product) {
        this.weights = weights;
        this.product = product;
    }

    static F32Matrix of(WeightTensor tensor) {
        return of(tensor, Dot::f32);
    }

    static F32Matrix of(WeightTensor tensor, Product product) {
        float[][] weights = new float[Math.toIntExact(tensor.rows())][];
        for (int row = 0; row < weights.length; row++) {
            weights[row] = tensor.row(row);
        }
        return new F32Matrix(weights, product);
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
            float sum = product.of(weights[row], 0, x, 0, x.length);
            y[row] = bias == null ? sum : sum + bias[row];
        }
    }
}
