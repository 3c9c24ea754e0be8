package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * IQ4_XS: 256 values per block of 136 bytes: d (half), 16 bits with the upper bit pairs and 4 bytes
 * with the low nibbles of 8 scales, 128 bytes of nibbles; value = d·(scale-32)·T[q] with the table of
 * IQ4_NL.
 */
final class IQ4_XSBlocks extends IntegerCodec {
    IQ4_XSBlocks() {
        super(256, 136, 32);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        int upper = source.get(LittleEndian.SHORT, at + 2);
        for (int group = 0; group < 8; group++) {
            int low = (unsigned(source, at + 4 + group / 2) >> (group % 2 * 4)) & 15;
            int high = (upper >> (group * 2)) & 3;
            block.scales[group] = (byte) ((low | (high << 4)) - 32);
        }
        for (int i = 0; i < 256; i++) {
            block.codes[i] = IQ4_NLBlocks.value(nibble(source, at + 8 + i / 32 * 16L, i % 32));
        }
    }
}
