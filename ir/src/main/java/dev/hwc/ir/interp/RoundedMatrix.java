package dev.hwc.ir.interp;

import org.jspecify.annotations.Nullable;

/** Weights of a 16-bit format whose products round the activations to that format first. */
final class RoundedMatrix implements Matrix {
    /** Rounding of one number to the 16-bit format. */
    @FunctionalInterface
    interface Rounding {
        float round(float x);
    }

    private final F32Matrix weights;
    private final Rounding rounding;

    RoundedMatrix(F32Matrix weights, Rounding rounding) {
        this.weights = weights;
        this.rounding = rounding;
    }

    @Override
    public int rows() {
        return weights.rows();
    }

    @Override
    public int columns() {
        return weights.columns();
    }

    @Override
    public void row(int row, float[] y) {
        weights.row(row, y);
    }

    @Override
    public void multiply(float[] x, float @Nullable [] bias, float[] y) {
        float[] rounded = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            rounded[i] = rounding.round(x[i]);
        }
        weights.multiply(rounded, bias, y);
    }
}
