package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * IQ4_NL: 32 values per block of 18 bytes: d (half), 16 bytes of nibbles; value = d·T[q] with a
 * table of 16 unevenly spaced integers.
 */
final class IQ4_NLBlocks extends IntegerCodec {
    private static final byte[] TABLE = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    IQ4_NLBlocks() {
        super(32, 18, 32);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        block.scales[0] = 1;
        for (int i = 0; i < 32; i++) {
            block.codes[i] = value(nibble(source, at + 2, i));
        }
    }

    /** T[q]. */
    static byte value(int q) {
        return TABLE[q];
    }
}
