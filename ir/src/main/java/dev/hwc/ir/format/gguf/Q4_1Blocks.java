package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/** Q4_1: 32 values per block of 20 bytes: d, m (halves), 16 bytes of nibbles; value = d·q + m. */
final class Q4_1Blocks extends IntegerCodec {
    Q4_1Blocks() {
        super(32, 20, 32, true);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        block.dMin = -Float16Blocks.get(source, at + 2);
        block.scales[0] = 1;
        block.minima[0] = 1;
        for (int i = 0; i < 32; i++) {
            block.codes[i] = (byte) nibble(source, at + 4, i);
        }
    }
}
