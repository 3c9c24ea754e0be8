package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * Q4_K: 256 values per block of 144 bytes: d, dMin (halves), 12 bytes of {@link KScales}, 128 bytes of
 * nibbles; value = d·scale·q - dMin·min.
 *
 * <p>In each quarter of 64 values, the first 32 are the low nibbles of 32 bytes, the others the high.
 */
final class Q4_KBlocks extends IntegerCodec {
    Q4_KBlocks() {
        super(256, 144, 32, true);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        block.dMin = Float16Blocks.get(source, at + 2);
        KScales.read(source, at + 4, block);
        for (int i = 0; i < 256; i++) {
            block.codes[i] = (byte) quarterNibble(source, at + 16, i);
        }
    }

    /** Value {@code i} of 256 in 128 bytes; Q5_K stores its low nibbles in this order as well. */
    static int quarterNibble(MemorySegment source, long at, int i) {
        return (unsigned(source, at + (i / 64 * 32 + i % 32)) >> (i / 32 % 2 * 4)) & 15;
    }
}
