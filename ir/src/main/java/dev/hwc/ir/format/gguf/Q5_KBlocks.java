package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * Q5_K: 256 values per block of 176 bytes: d, dMin (halves), 12 bytes of {@link KScales}, 32 bytes of
 * fifth bits, 128 bytes of nibbles as in Q4_K; value = d·scale·q - dMin·min. The fifth bit of value
 * 32·g + l is bit g of byte l.
 */
final class Q5_KBlocks extends IntegerCodec {
    Q5_KBlocks() {
        super(256, 176, 32, true);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        block.dMin = Float16Blocks.get(source, at + 2);
        KScales.read(source, at + 4, block);
        for (int i = 0; i < 256; i++) {
            int fifth = (unsigned(source, at + 16 + i % 32) >> (i / 32)) & 1;
            block.codes[i] = (byte) (Q4_KBlocks.quarterNibble(source, at + 48, i) | (fifth << 4));
        }
    }
}
