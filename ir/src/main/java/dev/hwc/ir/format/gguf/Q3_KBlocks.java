package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * Q3_K: 256 values per block of 110 bytes: 32 bytes of upper bits, 64 bytes of bit pairs, 12 bytes of
 * 16 six-bit scales, d (half); value = d·(scale-32)·(q-4) with q from three bits.
 *
 * <p>The upper bit of value 32·g + l is bit g of byte l. Scale j takes its low nibble from byte j
 * (j below 8: low nibble, else high nibble of byte j-8) and its upper two bits from bit pair j/4 of
 * byte 8 + j mod 4.
 */
final class Q3_KBlocks extends IntegerCodec {
    private static final int SCALES_AT = 96;

    Q3_KBlocks() {
        super(256, 110, 16);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at + 108);
        for (int group = 0; group < 16; group++) {
            int low = (unsigned(source, at + SCALES_AT + group % 8) >> (group / 8 * 4)) & 15;
            int high = (unsigned(source, at + SCALES_AT + 8 + group % 4) >> (group / 4 * 2)) & 3;
            block.scales[group] = (byte) ((low | (high << 4)) - 32);
        }
        for (int i = 0; i < 256; i++) {
            int upper = (unsigned(source, at + i % 32) >> (i / 32)) & 1;
            block.codes[i] = (byte) ((Q2_KBlocks.bitPair(source, at + 32, i) | (upper << 2)) - 4);
        }
    }
}
