package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Q6_K: 256 values per block of 210 bytes: 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16
 * signed scales (one per 16 values), d (half); value = d·scale·(q-32).
 *
 * <p>A block is two halves of 128 values. In a half, values l, l+32, l+64, l+96 (l below 32) take
 * their low bits from low[l] low nibble, low[l+32] low nibble, low[l] high nibble, low[l+32] high
 * nibble and their upper bits from bit pairs 0, 1, 2, 3 of high[l].
 */
final class Q6_KBlocks implements BlockCodec {
    private static final int VALUES = 256;
    private static final int BYTES = 210;
    private static final int HIGH_AT = 128;
    private static final int SCALES_AT = 192;
    private static final int D_AT = 208;

    @Override
    public void dequantize(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int block = 0; block < count / VALUES; block++) {
            long at = offset + (long) block * BYTES;
            float d = Float16Blocks.get(source, at + D_AT);
            for (int half = 0; half < 2; half++) {
                dequantizeHalf(source, at, half, d, target, start + block * VALUES + half * 128);
            }
        }
    }

    private static void dequantizeHalf(MemorySegment source, long at, int half, float d, float[] target, int out) {
        long low = at + half * 64L;
        long high = at + HIGH_AT + half * 32L;
        long scales = at + SCALES_AT + half * 8L;
        for (int quarter = 0; quarter < 4; quarter++) {
            long nibbles = low + (quarter & 1) * 32L;
            int nibbleShift = quarter < 2 ? 0 : 4;
            for (int l = 0; l < 32; l++) {
                int lowBits = source.get(ValueLayout.JAVA_BYTE, nibbles + l) >> nibbleShift & 15;
                int highBits = source.get(ValueLayout.JAVA_BYTE, high + l) >> (2 * quarter) & 3;
                int scale = source.get(ValueLayout.JAVA_BYTE, scales + 2L * quarter + l / 16);
                target[out + quarter * 32 + l] = d * scale * ((highBits << 4 | lowBits) - 32);
            }
        }
    }
}
