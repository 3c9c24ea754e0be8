package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;

/**
 * TQ1_0: 256 ternary values per block of 54 bytes: 48 bytes of five trits, 4 bytes of four trits, d
 * (half); value = d·(trit-1).
 *
 * <p>Trit k of a byte b is ((b·3^k mod 256)·3) / 256. The bytes stand in runs of 32, 16 and 4; in a
 * run of n bytes value n·k + m is trit k of byte m.
 */
final class TQ1_0Blocks extends IntegerCodec {
    private static final int[] POWERS_OF_3 = {1, 3, 9, 27, 81};

    TQ1_0Blocks() {
        super(256, 54, 256);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at + 52);
        block.scales[0] = 1;
        run(source, at, 32, 5, block.codes, 0);
        run(source, at + 32, 16, 5, block.codes, 160);
        run(source, at + 48, 4, 4, block.codes, 240);
    }

    private static void run(MemorySegment source, long at, int bytes, int trits, byte[] codes, int out) {
        for (int k = 0; k < trits; k++) {
            for (int m = 0; m < bytes; m++) {
                int shifted = (unsigned(source, at + m) * POWERS_OF_3[k]) & 0xFF;
                codes[out + bytes * k + m] = (byte) (((shifted * 3) >> 8) - 1);
            }
        }
    }
}
