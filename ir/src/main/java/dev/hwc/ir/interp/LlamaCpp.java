package dev.hwc.ir.interp;

import dev.hwc.ir.format.gguf.IntegerCodec;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Rope;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of llama.cpp on a CPU with an F32 KV cache: a product rounds or quantizes the
 * activations to the partner format of the weights and multiplies integers.
 *
 * <table>
 * <caption>Partner formats</caption>
 * <tr><td>F32, Q4_ZP (which llama.cpp reads as F32)</td><td>F32</td></tr>
 * <tr><td>F16, BF16</td><td>the same</td></tr>
 * <tr><td>Q8_0, Q4_0, Q5_0, IQ4_NL</td><td>Q8_0: blocks of 32, scale stored as a half</td></tr>
 * <tr><td>Q4_1, Q5_1</td><td>Q8_1: as Q8_0 with the sum of the block, a half</td></tr>
 * <tr><td>Q2_K to Q6_K, IQ4_XS, TQ1_0, TQ2_0</td><td>Q8_K: blocks of 256, scale in F32</td></tr>
 * </table>
 *
 * <p>Additions run in the order of the build for AVX-512 ({@link Lanes}, {@link IntegerMatrix}) and functions
 * are those of the C library ({@link Libm}): both decide on which side of a rounding boundary an activation
 * falls. Source: ggml-cpu (vec_dot and
 * quantize_row of each type), ops.cpp (rms_norm, rope, soft_max).
 */
public final class LlamaCpp implements Arithmetic {
    private final F32 f32 = new F32();

    @Override
    public String name() {
        return "llamacpp";
    }

    @Override
    public Matrix matrix(WeightTensor tensor) {
        if (tensor.type().isInFiles() && tensor.type().codec() instanceof IntegerCodec codec) {
            return IntegerMatrix.of(tensor, codec);
        }
        return switch (tensor.type()) {
            case F16 -> new RoundedMatrix(F32Matrix.of(tensor, Lanes::dot), LlamaCpp::roundToF16);
            case BF16 -> new RoundedMatrix(F32Matrix.of(tensor, Lanes::dotBf16), LlamaCpp::roundToBf16);
            default -> F32Matrix.of(tensor, Lanes::dot);
        };
    }

    @Override
    public KvCache cache(Attention attention) {
        return new LlamaCppKvCache(attention);
    }

    /** As {@link F32#rmsNorm} with the sum of squares in double. */
    @Override
    public void rmsNorm(float[] x, float[] weight, float eps, float[] y) {
        double sum = 0;
        for (float element : x) {
            sum += element * element;
        }
        float scale = 1 / (float) Math.sqrt((float) (sum / x.length) + eps);
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * scale * weight[i];
        }
    }

    /** As {@link F32#rope} with the angle of each pair made from the one before by a multiplication. */
    @Override
    public void rope(float[] x, int position, Rope rope, float @Nullable [] frequencyFactors, float[] y) {
        float[] angles = new float[rope.rotaryDims() / 2];
        float ratio = (float) StrictMath.pow(rope.base(), -2.0f / rope.rotaryDims());
        float angle = position;
        for (int i = 0; i < angles.length; i++) {
            angles[i] = frequencyFactors == null ? angle : angle / frequencyFactors[i];
            angle *= ratio;
        }
        Rotation.ofLibm(angles).rotate(x, rope, y);
    }

    /** In whole vectors the exponential is {@link Lanes#exp}, in the rest {@link Libm#exp}. */
    @Override
    public void siluMul(float[] gate, float[] up, float[] y) {
        int whole = y.length / Lanes.VECTOR * Lanes.VECTOR;
        for (int i = 0; i < y.length; i++) {
            float exp = i < whole ? Lanes.exp(-gate[i]) : Libm.exp(-gate[i]);
            y[i] = gate[i] / (1 + exp) * up[i];
        }
    }

    @Override
    public void layerNorm(float[] x, float[] weight, float[] bias, float eps, float[] y) {
        f32.layerNorm(x, weight, bias, eps, y);
    }

    /** From a table of halves: x is rounded to a half, and so is the result; beyond ±10 it is 0 or x. */
    @Override
    public void gelu(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            if (x[i] <= -10) {
                y[i] = 0;
            } else {
                y[i] = x[i] >= 10 ? x[i] : roundToF16(gelu(roundToF16(x[i])));
            }
        }
    }

    private static float gelu(float x) {
        float inner = F32.SQRT_2_OVER_PI * x * Math.fma(F32.GELU_CUBE * x, x, 1);
        return 0.5f * x * (1 + Libm.tanh(inner));
    }

    @Override
    public void relu(float[] x, float[] y) {
        f32.relu(x, y);
    }

    @Override
    public void scale(float[] x, float factor, float[] y) {
        f32.scale(x, factor, y);
    }

    @Override
    public void softCap(float[] x, float cap, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = softCap(x[i], cap);
        }
    }

    static float softCap(float x, float cap) {
        return Libm.tanh(x * (1 / cap)) * cap;
    }

    @Override
    public void add(float[] a, float[] b, float[] y) {
        f32.add(a, b, y);
    }

    @Override
    public void mul(float[] a, float[] b, float[] y) {
        f32.mul(a, b, y);
    }

    private static float roundToF16(float x) {
        return Float.float16ToFloat(Float.floatToFloat16(x));
    }

    /** Round to nearest, ties to even, by adding half of the last kept bit. */
    private static float roundToBf16(float x) {
        int bits = Float.floatToRawIntBits(x);
        int rounded = bits + 0x7fff + (bits >>> 16 & 1);
        return Float.isNaN(x) ? x : Float.intBitsToFloat(rounded & 0xffff0000);
    }
}
