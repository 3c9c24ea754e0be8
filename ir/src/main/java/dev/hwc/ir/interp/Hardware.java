package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.numerics.Fp32;
import dev.hwc.ir.numerics.Functions;
import dev.hwc.ir.numerics.GeluTerm;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.SoftCaps;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Rope;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the accelerator computes, to the bit: docs/spec/numerics.md §3 to §5. Simulator and RTL equal
 * this class on the canonical program (N29: rotation interleaved, heads padded to whole blocks),
 * which the compiler makes; on another program of the same model the blocks of 32 are cut elsewhere,
 * and so are a few bits.
 *
 * <p>An instance counts saturations and non-finite numbers of all sequences that use it. Not for
 * several threads at once.
 */
public final class Hardware implements Arithmetic {
    private static final int NOT_FINITE = 255;

    private final NumericCounters counters = new NumericCounters();

    @Override
    public String name() {
        return "hardware";
    }

    /** What happened so far; a run whose counters are not zero must say so. */
    public NumericCounters counters() {
        return counters;
    }

    @Override
    public Matrix matrix(WeightTensor tensor) {
        return HardwareMatrix.of(tensor, counters);
    }

    @Override
    public KvCache cache(Attention attention) {
        return new HardwareKvCache(attention, counters);
    }

    /** N24. A row with an infinity or NaN gives NaN and counts once. */
    @Override
    public void rmsNorm(float[] x, float[] weight, float eps, float[] y) {
        int largest = largestExponent(x);
        if (largest == NOT_FINITE) {
            counters.numericException();
            Arrays.fill(y, Fp32.NAN);
            return;
        }
        long sum = 0;
        for (float element : x) {
            long fixed = Fp32.toFixed(element, 149 - largest);
            sum += fixed * fixed;
        }
        float mean = Fp32.mul(Fp32.pack(sum, 0), (float) (1.0 / x.length));
        float unit = Fp32.pack(1, largest - 149);
        float meanSquare = Fp32.mul(Fp32.mul(mean, unit), unit);
        float scale = Functions.rsqrt(Fp32.add(meanSquare, eps));
        for (int i = 0; i < x.length; i++) {
            y[i] = Fp32.mul(Fp32.mul(x[i], scale), weight[i]);
        }
    }

    private static int largestExponent(float[] x) {
        int largest = 0;
        for (float element : x) {
            largest = Math.max(largest, Float.floatToRawIntBits(element) >>> 23 & 0xFF);
        }
        return largest;
    }

    /** N25. Elements from rotaryDims on are rotated by the angle 0. */
    @Override
    public void rope(float[] x, int position, Rope rope, float @Nullable [] frequencyFactors, float[] y) {
        int rotary = rope.rotaryDims();
        boolean interleaved = rope.style() == RopeStyle.INTERLEAVED;
        Rotation rotation = Rotation.of(angles(position, rope, frequencyFactors));
        for (int start = 0; start < x.length; start += rope.headDim()) {
            for (int i = 0; i < rotary / 2; i++) {
                int first = start + (interleaved ? 2 * i : i);
                int second = interleaved ? first + 1 : first + rotary / 2;
                rotate(x, first, second, rotation.cosine(i), rotation.sine(i), y);
            }
            for (int i = rotary; i < rope.headDim(); i += 2) {
                rotate(x, start + i, start + Math.min(i + 1, rope.headDim() - 1), 1, 0, y);
            }
        }
    }

    private static double[] angles(int position, Rope rope, float @Nullable [] frequencyFactors) {
        double[] angles = new double[rope.rotaryDims() / 2];
        for (int i = 0; i < angles.length; i++) {
            double angle = position * StrictMath.pow(rope.base(), -2.0 * i / rope.rotaryDims());
            angles[i] = frequencyFactors == null ? angle : angle / frequencyFactors[i];
        }
        return angles;
    }

    private static void rotate(float[] x, int first, int second, float cosine, float sine, float[] y) {
        float x0 = x[first];
        float x1 = x[second];
        y[second] = Fp32.add(Fp32.mul(x0, sine), Fp32.mul(x1, cosine));
        y[first] = Fp32.add(Fp32.mul(x0, cosine), Fp32.negate(Fp32.mul(x1, sine)));
    }

    /** N27. */
    @Override
    public void siluMul(float[] gate, float[] up, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = Fp32.mul(Functions.silu(gate[i]), up[i]);
        }
    }

    /** N35. */
    @Override
    public void layerNorm(float[] x, float[] weight, float[] bias, float eps, float[] y) {
        throw new IrException("hardware arithmetic has layer_norm only in the compiler's program, which takes the mean"
                + " out of the weights; on the model's own program use arithmetic f32 or llamacpp");
    }

    /** N33. */
    @Override
    public void gelu(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = GeluTerm.gelu(x[i]);
        }
    }

    /** N37. */
    @Override
    public void relu(float[] x, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = Functions.relu(x[i]);
        }
    }

    /** N30. */
    @Override
    public void scale(float[] x, float factor, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = Fp32.mul(x[i], factor);
        }
    }

    /** N36. */
    @Override
    public void softCap(float[] x, float cap, float[] y) {
        float argument = SoftCaps.argument(1, cap);
        for (int i = 0; i < y.length; i++) {
            y[i] = Fp32.mul(SoftCaps.tanh(Fp32.mul(x[i], argument)), cap);
        }
    }

    /** N28. */
    @Override
    public void add(float[] a, float[] b, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = Fp32.add(a[i], b[i]);
        }
    }

    @Override
    public void mul(float[] a, float[] b, float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = Fp32.mul(a[i], b[i]);
        }
    }
}
