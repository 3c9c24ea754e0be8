package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/** F16: IEEE half, one value per block; written with round to nearest even. */
final class Float16Blocks implements BlockCodec, Quantizer {
    @Override
    public void dequantize(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            target[start + i] = get(source, offset + 2L * i);
        }
    }

    @Override
    public void quantize(float[] source, int start, int count, MemorySegment target, long offset) {
        for (int i = 0; i < count; i++) {
            target.set(LittleEndian.SHORT, offset + 2L * i, Float.floatToFloat16(source[start + i]));
        }
    }

    /** The half at {@code offset} as a float, exactly. */
    static float get(MemorySegment source, long offset) {
        return Float.float16ToFloat(source.get(LittleEndian.SHORT, offset));
    }
}
