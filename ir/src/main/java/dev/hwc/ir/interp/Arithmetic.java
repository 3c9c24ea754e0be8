package dev.hwc.ir.interp;

import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Rope;
import org.jspecify.annotations.Nullable;

/**
 * What the operations of the tensor IR compute, to the bit: number formats, order of additions,
 * elementary functions, and what the KV cache stores.
 *
 * <p>All methods work on one row, that is one token, so a result cannot depend on the batch or on
 * the position in it. Rows are F32 between operations; an arithmetic that quantizes does so inside
 * its methods. Arrays named {@code y} receive the result, have its length, and are never one of the
 * operands. Implementations hold no state but what they count: {@link Matrix} and {@link KvCache} do.
 */
public interface Arithmetic {
    /** The name users choose it by, as {@code f32}. */
    String name();

    /**
     * Converts a matrix of weights once into the form that {@link Matrix#row} (op {@code embed}) and
     * {@link Matrix#multiply} (op {@code linear}) read.
     *
     * @throws dev.hwc.ir.IrException when this arithmetic does not have the storage type
     */
    Matrix matrix(WeightTensor tensor);

    /** An empty cache for one layer; decides how keys and values are stored. */
    KvCache cache(Attention attention);

    /** y = x / sqrt(mean(x²) + eps) · weight. */
    void rmsNorm(float[] x, float[] weight, float eps, float[] y);

    /**
     * Rotates the heads of x by the angles of a position.
     *
     * @param position of the token in its sequence, from 0
     * @param frequencyFactors one per pair, or absent
     */
    void rope(float[] x, int position, Rope rope, float @Nullable [] frequencyFactors, float[] y);

    /** y = gate · sigmoid(gate) · up. */
    void siluMul(float[] gate, float[] up, float[] y);

    /** y = (x − mean(x)) / sqrt(variance(x) + eps) · weight + bias. */
    void layerNorm(float[] x, float[] weight, float[] bias, float eps, float[] y);

    /** y = x/2 · (1 + tanh(sqrt(2/π) · (x + 0.044715·x³))). */
    void gelu(float[] x, float[] y);

    /** y = max(x, 0). */
    void relu(float[] x, float[] y);

    /** y = factor · x. */
    void scale(float[] x, float factor, float[] y);

    /** y = cap · tanh(x / cap). */
    void softCap(float[] x, float cap, float[] y);

    /** y = a + b; y may be a or b. */
    void add(float[] a, float[] b, float[] y);

    /** y = a · b, element by element. */
    void mul(float[] a, float[] b, float[] y);
}
