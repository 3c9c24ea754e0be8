package dev.hwc.ir.numerics;

/**
 * 16-bit formats of quantization scales, both rounded away from zero when they are made (N14, N15).
 */
public enum ScaleFormat {
    /** bfloat16: activations in the array's operand buffer. */
    BF16,
    /** IEEE binary16: weights and the KV cache. */
    FP16;

    /** The scale for a non-negative fp32 value, rounded away from zero, at most the largest finite value. */
    public short roundUp(float t) {
        return switch (this) {
            case BF16 -> bf16Up(t);
            case FP16 -> fp16Up(t);
        };
    }

    /** The fp32 value of a scale; exact. */
    public float value(short bits) {
        return switch (this) {
            case BF16 -> Float.intBitsToFloat(bits << 16);
            case FP16 -> Float.float16ToFloat(bits);
        };
    }

    private static short bf16Up(float t) {
        int bits = Float.floatToRawIntBits(t);
        int up = (bits >>> 16) + ((bits & 0xFFFF) != 0 ? 1 : 0);
        return (short) Math.min(up, 0x7F7F);
    }

    private static short fp16Up(float t) {
        if (t >= 65504f) {
            return 0x7BFF;
        }
        short nearest = Float.floatToFloat16(t);
        return Float.float16ToFloat(nearest) < t ? (short) (nearest + 1) : nearest;
    }
}
