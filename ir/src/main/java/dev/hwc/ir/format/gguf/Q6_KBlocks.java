package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Q6_K: 256 values per block of 210 bytes: 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16
 * signed scales (one per 16 values), d (half); value = d·scale·(q-32).
 *
 * <p>A block is two halves of 128 values. In a half, values l, l+32, l+64, l+96 (l below 32) take
 * their low bits from low[l] low nibble, low[l+32] low nibble, low[l] high nibble, low[l+32] high
 * nibble and their upper bits from bit pairs 0, 1, 2, 3 of high[l].
 */
final class Q6_KBlocks extends IntegerCodec {
    private static final int HIGH_AT = 128;
    private static final int SCALES_AT = 192;
    private static final int D_AT = 208;

    Q6_KBlocks() {
        super(256, 210, 16);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at + D_AT);
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, at + SCALES_AT, block.scales, 0, 16);
        for (int i = 0; i < 256; i++) {
            int low = (unsigned(source, at + (i / 128 * 64 + i % 64)) >> (i / 64 % 2 * 4)) & 15;
            int high = Q2_KBlocks.bitPair(source, at + HIGH_AT, i);
            block.codes[i] = (byte) ((low | (high << 4)) - 32);
        }
    }
}
