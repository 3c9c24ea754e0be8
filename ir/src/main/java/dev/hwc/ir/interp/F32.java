package dev.hwc.ir.interp;

import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Rope;
import org.jspecify.annotations.Nullable;

/**
 * Plain single precision: weights are dequantized once, activations and KV cache are F32. Products
 * and norms are those of llama2.c; sums run in the fixed order of {@link Dot#f32}, so results are
 * the same on every machine.
 */
public final class F32 implements Arithmetic {
    static final float SQRT_2_OVER_PI = 0.79788456080286535588f;
    static final float GELU_CUBE = 0.044715f;

    @Override
    public String name() {
        return "f32";
    }

    @Override
    public Matrix matrix(WeightTensor tensor) {
        return F32Matrix.of(tensor);
    }

    @Override
    public KvCache cache(Attention attention) {
        return new F32KvCache(attention);
    }

    @Override
    public void rmsNorm(float[] x, float[] weight, float eps, float[] y) {
        float scale = (float) (1.0 / Math.sqrt(Dot.f32(x, x) / x.length + eps));
        for (int i = 0; i < x.length; i++) {
            y[i] = weight[i] * (scale * x[i]);
        }
    }

    @Override
    public void rope(float[] x, int position, Rope rope, float @Nullable [] frequencyFactors, float[] y) {
        float[] angles = new float[rope.rotaryDims() / 2];
        for (int i = 0; i < angles.length; i++) {
            float frequency = 1 / (float) StrictMath.pow(rope.base(), 2.0 * i / rope.rotaryDims());
            float factor = frequencyFactors == null ? 1 : frequencyFactors[i];
            angles[i] = position * frequency / factor;
        }
        Rotation.of(angles).rotate(x, rope, y);
    }

    @Override
    public void siluMul(float[] gate, float[] up, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = gate[i] / (1 + (float) StrictMath.exp(-gate[i])) * up[i];
        }
    }

    @Override
    public void layerNorm(float[] x, float[] weight, float[] bias, float eps, float[] y) {
        double sum = 0;
        for (float element : x) {
            sum += element;
        }
        float mean = (float) (sum / x.length);
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] - mean;
            squares += y[i] * y[i];
        }
        float scale = 1 / (float) Math.sqrt((float) (squares / x.length) + eps);
        for (int i = 0; i < x.length; i++) {
            y[i] = y[i] * scale * weight[i] + bias[i];
        }
    }

    @Override
    public void gelu(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = gelu(x[i]);
        }
    }

    @Override
    public void relu(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.max(x[i], 0);
        }
    }

    static float gelu(float x) {
        float inner = SQRT_2_OVER_PI * x * (1 + GELU_CUBE * x * x);
        return 0.5f * x * (1 + (float) StrictMath.tanh(inner));
    }

    @Override
    public void scale(float[] x, float factor, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i] * factor;
        }
    }

    @Override
    public void softCap(float[] x, float cap, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = softCap(x[i], cap);
        }
    }

    static float softCap(float x, float cap) {
        return cap * (float) StrictMath.tanh(x / cap);
    }

    @Override
    public void add(float[] a, float[] b, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] + b[i];
        }
    }

    @Override
    public void mul(float[] a, float[] b, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] * b[i];
        }
    }
}
