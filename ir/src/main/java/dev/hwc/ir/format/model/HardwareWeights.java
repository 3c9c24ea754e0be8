package dev.hwc.ir.format.model;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Weights of a file in the hardware's formats (numerics N13): Q8_0 becomes i8 and Q4_0 becomes i4
 * without loss; every other type is decoded to fp32 and quantized to i8 exactly as a Q8_0 file is made.
 */
public final class HardwareWeights {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int Q8_0_BYTES = 34;
    private static final int Q4_0_BYTES = 18;

    private HardwareWeights() {}

    /** Hardware format of a storage type. */
    public static BlockMatrix.Format format(GgmlType type) {
        return type == GgmlType.Q4_0 ? BlockMatrix.Format.I4 : BlockMatrix.Format.I8;
    }

    /**
     * A weight matrix in its hardware format.
     *
     * @throws dev.hwc.ir.IrException when the weight has no data or a scale is not finite
     */
    public static BlockMatrix of(WeightTensor tensor) {
        int rows = Math.toIntExact(tensor.rows());
        int columns = Math.toIntExact(tensor.columns());
        int blocks = (columns + BlockProduct.BLOCK - 1) / BlockProduct.BLOCK;
        byte[][] codes = new byte[rows][blocks * BlockProduct.BLOCK];
        short[][] scales = new short[rows][blocks];
        for (int row = 0; row < rows; row++) {
            row(tensor, row, codes[row], scales[row]);
        }
        return new BlockMatrix(format(tensor.type()), columns, codes, scales);
    }

    /**
     * One row in its hardware format.
     *
     * @param codes receives whole blocks of codes
     * @param scales receives one binary16 scale per block
     */
    public static void row(WeightTensor tensor, long row, byte[] codes, short[] scales) {
        switch (tensor.type()) {
            case Q8_0 -> q8(tensor.data(), row * scales.length * Q8_0_BYTES, codes, scales);
            case Q4_0 -> q4(tensor.data(), row * scales.length * Q4_0_BYTES, codes, scales);
            default -> requantize(tensor.row(row), codes, scales);
        }
    }

    private static void q8(MemorySegment data, long offset, byte[] codes, short[] scales) {
        for (int b = 0; b < scales.length; b++) {
            long at = offset + (long) b * Q8_0_BYTES;
            scales[b] = data.get(HALF, at);
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at + 2, codes, b * 32, 32);
        }
    }

    private static void q4(MemorySegment data, long offset, byte[] codes, short[] scales) {
        for (int b = 0; b < scales.length; b++) {
            long at = offset + (long) b * Q4_0_BYTES;
            scales[b] = data.get(HALF, at);
            for (int i = 0; i < 16; i++) {
                int pair = data.get(ValueLayout.JAVA_BYTE, at + 2 + i);
                codes[b * 32 + i] = (byte) ((pair & 15) - 8);
                codes[b * 32 + 16 + i] = (byte) (((pair >> 4) & 15) - 8);
            }
        }
    }

    private static void requantize(float[] x, byte[] codes, short[] scales) {
        float[] padded = Arrays.copyOf(x, codes.length);
        MemorySegment blocks = MemorySegment.ofArray(new byte[scales.length * Q8_0_BYTES]);
        GgmlType.Q8_0.quantizer().quantize(padded, 0, padded.length, blocks, 0);
        q8(blocks, 0, codes, scales);
    }
}
