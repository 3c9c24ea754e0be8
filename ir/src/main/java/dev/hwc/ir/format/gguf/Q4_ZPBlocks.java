package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * Codes with a zero point: 32 values per block of 19 bytes: d (half), zero point (byte, 0…15), 16 bytes of
 * nibbles; value = d·(q − zero), exact.
 */
final class Q4_ZPBlocks extends IntegerCodec {
    Q4_ZPBlocks() {
        super(32, 19, 32, true);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        block.dMin = block.d;
        block.scales[0] = 1;
        block.minima[0] = (byte) (unsigned(source, at + 2) & 15);
        for (int i = 0; i < 32; i++) {
            block.codes[i] = (byte) nibble(source, at + 3, i);
        }
    }
}
