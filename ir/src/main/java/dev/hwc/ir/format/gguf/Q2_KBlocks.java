package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * Q2_K: 256 values per block of 84 bytes: 16 bytes with the scale (low nibble) and the minimum (high
 * nibble) of 16 values each, 64 bytes of bit pairs, d, dMin (halves); value = d·scale·q - dMin·min.
 *
 * <p>In each half of 128 values, value 32·p + l is bit pair p of byte l.
 */
final class Q2_KBlocks extends IntegerCodec {
    Q2_KBlocks() {
        super(256, 84, 16, true);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at + 80);
        block.dMin = Float16Blocks.get(source, at + 82);
        for (int group = 0; group < 16; group++) {
            int both = unsigned(source, at + group);
            block.scales[group] = (byte) (both & 15);
            block.minima[group] = (byte) (both >> 4);
        }
        for (int i = 0; i < 256; i++) {
            block.codes[i] = (byte) bitPair(source, at + 16, i);
        }
    }

    /** Value {@code i} of 256 in 64 bytes; Q3_K and TQ2_0 store bit pairs in this order as well. */
    static int bitPair(MemorySegment source, long at, int i) {
        return (unsigned(source, at + (i / 128 * 32 + i % 32)) >> (i / 32 % 4 * 2)) & 3;
    }
}
