package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/** Encodes floats as the blocks of one {@link GgmlType}, by ggml's reference rule. Stateless. */
public interface Quantizer {
    /**
     * Encodes {@code count} values, a whole number of blocks.
     *
     * @param source values at {@code start .. start+count-1}; finite for block types
     * @param target receives the blocks
     * @param offset where the first block begins, in bytes
     * @throws dev.hwc.ir.IrException when a value is not finite or a scale exceeds an IEEE half
     */
    void quantize(float[] source, int start, int count, MemorySegment target, long offset);
}
