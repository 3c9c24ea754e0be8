package dev.hwc.compiler.weights;

import dev.hwc.ir.format.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Blocks whose values are all zero: zero bytes, that is scale zero, in every ggml type. In Q4_0 the
 * codes are the ones for zero (8) as well, so that the values are +0.
 */
final class ZeroBlocks {
    private static final byte Q4_0_ZERO_PAIR = (byte) 0x88;
    private static final int Q4_0_SCALE_BYTES = 2;

    private ZeroBlocks() {}

    /** @param blocks whole blocks filled with zero bytes */
    static void fill(GgmlType type, MemorySegment blocks) {
        if (type != GgmlType.Q4_0) {
            return;
        }
        for (long at = 0; at < blocks.byteSize(); at++) {
            if (at % type.blockBytes() >= Q4_0_SCALE_BYTES) {
                blocks.set(ValueLayout.JAVA_BYTE, at, Q4_0_ZERO_PAIR);
            }
        }
    }
}
