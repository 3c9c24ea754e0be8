package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/** Decodes the blocks of one {@link GgmlType} to floats. Stateless. */
public interface BlockCodec {
    /**
     * Decodes {@code count} values, a whole number of blocks.
     *
     * @param source bytes of the blocks
     * @param offset where the first block begins, in bytes
     * @param target receives the values at {@code start .. start+count-1}
     */
    void dequantize(MemorySegment source, long offset, float[] target, int start, int count);
}
