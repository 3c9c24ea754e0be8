package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Q4_0: 32 values per block of 18 bytes: d (half), 16 bytes whose low nibbles are values 0-15 and
 * high nibbles values 16-31; value = d·(q-8).
 *
 * <p>Quantization: d = m / -8 with m the value of largest magnitude, sign kept; q = min(15,
 * trunc(x·(1/d) + 8.5)). Source: ggml reference quantization, quantize_row_q4_0_ref.
 */
final class Q4_0Blocks extends IntegerCodec implements Quantizer {
    private static final int VALUES = 32;
    private static final int BYTES = 18;
    private static final int HALF = VALUES / 2;

    Q4_0Blocks() {
        super(VALUES, BYTES, VALUES);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        block.scales[0] = 1;
        for (int i = 0; i < VALUES; i++) {
            block.codes[i] = (byte) (nibble(source, at + 2, i) - 8);
        }
    }

    @Override
    public void quantize(float[] source, int start, int count, MemorySegment target, long offset) {
        for (int block = 0; block < count / VALUES; block++) {
            quantizeBlock(source, start + block * VALUES, target, offset + (long) block * BYTES);
        }
    }

    private static void quantizeBlock(float[] source, int in, MemorySegment target, long at) {
        float d = BlockScale.largest(source, in, VALUES) / -8;
        float inverse = BlockScale.inverse(d);
        target.set(LittleEndian.SHORT, at, BlockScale.half(d, source, in));
        for (int i = 0; i < HALF; i++) {
            int low = nibble(source[in + i] * inverse);
            int high = nibble(source[in + HALF + i] * inverse);
            target.set(ValueLayout.JAVA_BYTE, at + 2 + i, (byte) (high << 4 | low));
        }
    }

    private static int nibble(float scaled) {
        return Math.clamp((int) (scaled + 8.5f), 0, 15);
    }
}
