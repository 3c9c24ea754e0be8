package dev.hwc.ir.numerics;

/** Dynamic quantization of a group of activations to int8 with one scale, rule N15. */
public final class Quantize {
    private static final float ONE_OVER_127 = Float.intBitsToFloat(0x3C010204);

    private Quantize() {}

    /** Replaces NaN by 0 and infinity by the largest finite value, and counts both (N15). */
    public static float finite(float x, NumericCounters counters) {
        if (Math.abs(x) <= Float.MAX_VALUE) {
            return Fp32.operand(x);
        }
        counters.numericException();
        return Float.isNaN(x) ? 0f : Math.copySign(Float.MAX_VALUE, x);
    }

    /** Largest magnitude of a group; elements as {@link #finite}, not counted here. */
    public static float amax(float[] x, int from, int length) {
        float amax = 0;
        for (int i = from; i < from + length; i++) {
            float a = Math.abs(x[i]);
            if (a <= Float.MAX_VALUE) {
                amax = Math.max(amax, Fp32.operand(a));
            } else if (!Float.isNaN(a)) {
                amax = Float.MAX_VALUE;
            }
        }
        return amax;
    }

    /** The scale of a group with this largest magnitude. */
    public static short scale(float amax, ScaleFormat format) {
        return format.roundUp(Fp32.mul(amax, ONE_OVER_127));
    }

    /** The factor elements are multiplied by: 1/d, or 0 for a zero scale. */
    public static float inverse(short scale, ScaleFormat format) {
        float d = format.value(scale);
        return d == 0 ? 0f : Functions.recip(d);
    }

    /** One element: clamp(rne(x·inv), −127, 127). */
    public static byte element(float x, float inverse) {
        float scaled = Fp32.mul(x, inverse);
        if (scaled >= 127f) {
            return 127;
        }
        return scaled <= -127f ? -127 : (byte) Fp32.toFixed(scaled, 0);
    }

    /**
     * Quantizes {@code length} elements as one group.
     *
     * @param x source, read from {@code from}
     * @param q target of the int8 values, written from {@code to}
     * @return the scale bits
     */
    public static short group(
            float[] x, int from, int length, byte[] q, int to, ScaleFormat format, NumericCounters counters) {
        short scale = scale(amax(x, from, length), format);
        float inverse = inverse(scale, format);
        for (int i = 0; i < length; i++) {
            q[to + i] = element(finite(x[from + i], counters), inverse);
        }
        return scale;
    }
}
