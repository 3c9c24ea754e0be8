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
