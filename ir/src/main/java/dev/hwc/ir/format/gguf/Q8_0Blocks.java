package dev.hwc.ir.format.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Q8_0: 32 values per block of 34 bytes: d (half), 32 signed bytes q; value = d·q.
 *
 * <p>Quantization: d = max|x| / 127, q = round(x · (1/d)) with halves away from zero. Source: ggml
 * reference quantization, quantize_row_q8_0_ref.
 */
final class Q8_0Blocks extends IntegerCodec implements Quantizer {
    private static final int VALUES = 32;
    private static final int BYTES = 34;

    Q8_0Blocks() {
        super(VALUES, BYTES, VALUES);
    }

    @Override
    public void unpack(MemorySegment source, long at, IntegerBlock block) {
        block.d = Float16Blocks.get(source, at);
        block.scales[0] = 1;
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, at + 2, block.codes, 0, VALUES);
    }

    @Override
    public void quantize(float[] source, int start, int count, MemorySegment target, long offset) {
        for (int block = 0; block < count / VALUES; block++) {
            quantizeBlock(source, start + block * VALUES, target, offset + (long) block * BYTES);
        }
    }

    private static void quantizeBlock(float[] source, int in, MemorySegment target, long at) {
        float d = Math.abs(BlockScale.largest(source, in, VALUES)) / 127;
        float inverse = BlockScale.inverse(d);
        target.set(LittleEndian.SHORT, at, BlockScale.half(d, source, in));
        for (int i = 0; i < VALUES; i++) {
            target.set(ValueLayout.JAVA_BYTE, at + 2 + i, roundAwayFromZero(source[in + i] * inverse));
        }
    }

    /** Nearest integer, halves away from zero; the sum is exact in double for |x| up to 128. */
    private static byte roundAwayFromZero(float x) {
        int rounded = (int) (x + Math.copySign(0.5, x));
        return (byte) Math.clamp(rounded, -127, 127);
    }
}
