package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * Q5_0: 32 values per block of 22 bytes: d (half), 4 bytes with the fifth bit of each value, 16 bytes
 * of nibbles; value = d·(q-16).
 */
final class Q5_0Blocks extends IntegerCodec {
    Q5_0Blocks() {
        super(32, 22, 32);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        block.scales[0] = 1;
        int fifth = source.get(LittleEndian.INT, at + 2);
        for (int i = 0; i < 32; i++) {
            block.codes[i] = (byte) ((nibble(source, at + 6, i) | ((fifth >> i) & 1) << 4) - 16);
        }
    }
}
