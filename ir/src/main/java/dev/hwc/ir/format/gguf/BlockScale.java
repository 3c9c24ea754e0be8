package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;

/** The scale of one block: shared steps of the quantizers. */
final class BlockScale {
    private BlockScale() {}

    /** The first value of largest magnitude, sign kept; 0 for a block of zeros. */
    static float largest(float[] source, int start, int count) {
        float magnitude = 0;
        float largest = 0;
        for (int i = start; i < start + count; i++) {
            float value = source[i];
            if (!Float.isFinite(value)) {
                throw new IrException(
                        "value " + value + " at column " + i + " cannot be quantized; allowed are finite values");
            }
            if (Math.abs(value) > magnitude) {
                magnitude = Math.abs(value);
                largest = value;
            }
        }
        return largest;
    }

    /** 1/d, or 0 where d is zero or so small that 1/d overflows: such a d is stored as zero anyway. */
    static float inverse(float d) {
        float inverse = 1 / d;
        return Float.isInfinite(inverse) ? 0 : inverse;
    }

    /** The scale as stored. */
    static short half(float d, float[] source, int start) {
        short half = Float.floatToFloat16(d);
        if (Float.isInfinite(Float.float16ToFloat(half))) {
            throw new IrException("values around column " + start + " (first " + source[start]
                    + ") need a block scale of " + d + "; a half holds at most 65504; use f32 or bf16");
        }
        return half;
    }
}
