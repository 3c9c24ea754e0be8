package dev.hwc.ir.format.gguf;

import dev.hwc.ir.numerics.NonLinearCodes;
import java.lang.foreign.MemorySegment;

/**
 * IQ4_NL: 32 values per block of 18 bytes: d (half), 16 bytes of nibbles; value = d·T[q] with a
 * table of 16 unevenly spaced integers.
 */
final class IQ4_NLBlocks extends IntegerCodec {
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
        return NonLinearCodes.value(q);
    }
}
