package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A type whose blocks hold small integers and scales: a subclass says where they stand, and this
 * class what they mean. Floats come from one expression, d·scale·q − dMin·min in this order; d·scale
 * and dMin·min are exact, and so is the product wherever a minimum is subtracted, so the values are
 * those of llama.cpp to the bit, with or without fused multiply-add.
 */
public abstract class IntegerCodec implements BlockCodec {
    private final int blockSize;
    private final int blockBytes;
    private final int groupSize;
    private final boolean minima;

    /**
     * @param blockSize values per block
     * @param blockBytes bytes per block
     * @param groupSize values that share an integer scale; divides {@code blockSize}
     * @param minima whether groups have minima
     */
    IntegerCodec(int blockSize, int blockBytes, int groupSize, boolean minima) {
        this.blockSize = blockSize;
        this.blockBytes = blockBytes;
        this.groupSize = groupSize;
        this.minima = minima;
    }

    /** A type without minima. */
    IntegerCodec(int blockSize, int blockBytes, int groupSize) {
        this(blockSize, blockBytes, groupSize, false);
    }

    /**
     * Unpacks the block that begins at byte {@code at}.
     *
     * @param block made for this codec; all its fields are set, but for the minima of types without
     */
    public abstract void unpack(MemorySegment source, long at, IntegerBlock block);

    /** Values per block. */
    public final int blockSize() {
        return blockSize;
    }

    /** Bytes per block. */
    public final int blockBytes() {
        return blockBytes;
    }

    /** Values that share an integer scale and minimum. */
    public final int groupSize() {
        return groupSize;
    }

    /** Whether groups have minima. */
    public final boolean hasMinima() {
        return minima;
    }

    @Override
    public final void dequantize(MemorySegment source, long offset, float[] target, int start, int count) {
        IntegerBlock block = new IntegerBlock(this);
        for (int b = 0; b < count / blockSize; b++) {
            unpack(source, offset + (long) b * blockBytes, block);
            for (int group = 0; group < block.scales.length; group++) {
                values(block, group, target, start + b * blockSize + group * groupSize);
            }
        }
    }

    private void values(IntegerBlock block, int group, float[] target, int out) {
        float scale = block.d * block.scales[group];
        float minimum = block.dMin * block.minima[group];
        for (int i = 0; i < groupSize; i++) {
            target[out + i] = scale * block.codes[group * groupSize + i] - minimum;
        }
    }

    static int unsigned(MemorySegment source, long at) {
        return source.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
    }

    /** Value {@code i} of 32 in 16 bytes: values 0-15 are the low nibbles, 16-31 the high ones. */
    static int nibble(MemorySegment source, long at, int i) {
        return (unsigned(source, at + i % 16) >> (i / 16 * 4)) & 15;
    }
}
