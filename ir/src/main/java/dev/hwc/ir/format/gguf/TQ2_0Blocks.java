package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/** TQ2_0: 256 ternary values per block of 66 bytes: 64 bytes of bit pairs, d (half); value = d·(q-1). */
final class TQ2_0Blocks extends IntegerCodec {
    TQ2_0Blocks() {
        super(256, 66, 256);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at + 64);
        block.scales[0] = 1;
        for (int i = 0; i < 256; i++) {
            block.codes[i] = (byte) (Q2_KBlocks.bitPair(source, at, i) - 1);
        }
    }
}
