package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * The 12 bytes s of Q4_K and Q5_K with a six-bit scale and minimum for each of 8 groups of 32 values.
 * Groups 0-3: scale = low six bits of s[g], minimum = low six bits of s[g+4]. Groups 4-7: scale = low
 * nibble, minimum = high nibble of s[g+4], with the top two bits of s[g-4] and s[g] above them.
 */
final class KScales {
    private KScales() {}

    static void read(MemorySegment source, long at, IntegerBlock block) {
        for (int group = 0; group < 4; group++) {
            int scale = IntegerCodec.unsigned(source, at + group);
            int minimum = IntegerCodec.unsigned(source, at + group + 4);
            int upperNibbles = IntegerCodec.unsigned(source, at + group + 8);
            block.scales[group] = (byte) (scale & 63);
            block.minima[group] = (byte) (minimum & 63);
            block.scales[group + 4] = (byte) ((upperNibbles & 15) | ((scale >> 6) << 4));
            block.minima[group + 4] = (byte) ((upperNibbles >> 4) | ((minimum >> 6) << 4));
        }
    }
}
