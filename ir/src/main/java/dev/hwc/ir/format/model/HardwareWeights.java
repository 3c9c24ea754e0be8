package dev.hwc.ir.format.model;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.IntegerBlock;
import dev.hwc.ir.format.gguf.IntegerCodec;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Weights of a file in the hardware's formats (numerics N13): types whose blocks of 32 have one scale
 * and no minima keep their codes, in i4 where four bits hold them and in i8 elsewhere; every other
 * type is decoded to fp32 and quantized to i8 exactly as a Q8_0 file is made.
 */
public final class HardwareWeights {
    private HardwareWeights() {}

    /** Hardware format of a storage type. */
    public static BlockMatrix.Format format(GgmlType type) {
        return switch (type) {
            case Q4_0, TQ1_0, TQ2_0 -> BlockMatrix.Format.I4;
            default -> BlockMatrix.Format.I8;
        };
    }

    /** Whether the codes of a type become hardware codes as they are. */
    public static boolean keepsCodes(GgmlType type) {
        return type.codec() instanceof IntegerCodec codec
                && !codec.hasMinima()
                && codec.groupSize() % BlockProduct.BLOCK == 0;
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
        GgmlType type = tensor.type();
        if (keepsCodes(type)) {
            keep((IntegerCodec) type.codec(), tensor.data(), row * type.rowBytes(tensor.columns()), codes, scales);
        } else {
            requantize(tensor.row(row), codes, scales);
        }
    }

    /** Codes as stored; d·scale, exact in fp32, is rounded to binary16 (which it is where scale = 1). */
    private static void keep(IntegerCodec codec, MemorySegment data, long offset, byte[] codes, short[] scales) {
        IntegerBlock block = new IntegerBlock(codec);
        long at = offset;
        for (int start = 0; start < codes.length; start += codec.blockSize()) {
            codec.unpack(data, at, block);
            for (int i = 0; i < codec.blockSize(); i++) {
                codes[start + i] = block.code(i);
            }
            for (int i = 0; i < codec.blockSize(); i += BlockProduct.BLOCK) {
                float scale = block.d() * block.scale(i / codec.groupSize());
                scales[(start + i) / BlockProduct.BLOCK] = Float.floatToFloat16(scale);
            }
            at += codec.blockBytes();
        }
    }

    private static void requantize(float[] x, byte[] codes, short[] scales) {
        float[] padded = Arrays.copyOf(x, codes.length);
        byte[] blocks = new byte[Math.toIntExact(GgmlType.Q8_0.rowBytes(padded.length))];
        MemorySegment target = MemorySegment.ofArray(blocks);
        GgmlType.Q8_0.quantizer().quantize(padded, 0, padded.length, target, 0);
        keep((IntegerCodec) GgmlType.Q8_0.codec(), target, 0, codes, scales);
    }
}
