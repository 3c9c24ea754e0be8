package dev.hwc.ir.interp;

import org.jspecify.annotations.Nullable;

/** A weight matrix [n,k] in the form an {@link Arithmetic} works with. Immutable. */
public interface Matrix {
    /** Number of outputs n. */
    int rows();

    /** Number of inputs k. */
    int columns();

    /** Row {@code row} as floats: op {@code embed}. */
    void row(int row, float[] y);

    /**
     * y = x·Wᵀ + bias: op {@code linear}.
     *
     * @param x k inputs
     * @param bias n numbers, or absent
     * @param y receives n outputs
     */
    void multiply(float[] x, float @Nullable [] bias, float[] y);
}
