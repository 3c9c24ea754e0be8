package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/** BF16: the upper half of an IEEE single; written with round to nearest even. */
final class BFloat16Blocks implements BlockCodec, Quantizer {
    @Override
    public void dequantize(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            int upper = source.get(LittleEndian.SHORT, offset + 2L * i) << 16;
            target[start + i] = Float.intBitsToFloat(upper);
        }
    }

    @Override
    public void quantize(float[] source, int start, int count, MemorySegment target, long offset) {
        for (int i = 0; i < count; i++) {
            target.set(LittleEndian.SHORT, offset + 2L * i, round(source[start + i]));
        }
    }

    private static short round(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40); // stay a NaN although the low bits are cut
        }
        return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }
}
