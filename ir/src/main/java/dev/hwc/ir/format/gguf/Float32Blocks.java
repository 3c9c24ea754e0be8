package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/** F32: IEEE single, one value per block. */
final class Float32Blocks implements BlockCodec, Quantizer {
    @Override
    public void dequantize(MemorySegment source, long offset, float[] target, int start, int count) {
        MemorySegment.copy(source, LittleEndian.FLOAT, offset, target, start, count);
    }

    @Override
    public void quantize(float[] source, int start, int count, MemorySegment target, long offset) {
        MemorySegment.copy(source, start, target, LittleEndian.FLOAT, offset, count);
    }
}
