package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * Q5_1: 32 values per block of 24 bytes: d, m (halves), 4 bytes with the fifth bit of each value, 16
 * bytes of nibbles; value = d·q + m.
 */
final class Q5_1Blocks extends IntegerCodec {
    Q5_1Blocks() {
        super(32, 24, 32, true);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        block.dMin = -Float16Blocks.get(source, at + 2);
        block.scales[0] = 1;
        block.minima[0] = 1;
        int fifth = source.get(LittleEndian.INT, at + 4);
        for (int i = 0; i < 32; i++) {
            block.codes[i] = (byte) (nibble(source, at + 8, i) | ((fifth >> i) & 1) << 4);
        }
    }
}
