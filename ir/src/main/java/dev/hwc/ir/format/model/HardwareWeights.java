package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.IntegerBlock;
import dev.hwc.ir.format.gguf.IntegerCodec;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.BlockScale;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Weights of a file in the hardware's formats (numerics N13): types whose blocks of 32 have one scale
 * keep their codes, with minima in i4m, elsewhere in i4, in nl4, in two bits or in i8; every other type is
 * decoded to fp32 and quantized to i8 exactly as a Q8_0 file is made.
 */
public final class HardwareWeights {
    /** Codes of i4m are the file's, 0…15, less this. */
    private static final int MIDDLE = 8;

    private HardwareWeights() {}

    /** Hardware format of a storage type. */
    public static BlockMatrix.Format format(GgmlType type) {
        return switch (type) {
            case Q4_0 -> BlockMatrix.Format.I4;
            case TQ1_0, TQ2_0 -> BlockMatrix.Format.TERNARY;
            case Q4_1, Q4_K, Q4_ZP -> BlockMatrix.Format.I4M;
            case IQ4_NL, IQ4_XS -> BlockMatrix.Format.NL4;
            default -> BlockMatrix.Format.I8;
        };
    }

    /** Whether the codes of a type become hardware codes as they are. */
    public static boolean keepsCodes(GgmlType type) {
        return type.codec() instanceof IntegerCodec codec
                && codec.groupSize() % (BlockProduct.BLOCK * format(type).scaleBlocks()) == 0
                && codec.hasMinima() == format(type).hasOffsets();
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
        BlockMatrix.Format format = format(tensor.type());
        byte[][] codes = new byte[rows][blocks * BlockProduct.BLOCK];
        short[][] scales = new short[rows][format.halves(blocks)];
        for (int row = 0; row < rows; row++) {
            row(tensor, row, codes[row], scales[row]);
        }
        return new BlockMatrix(format, columns, codes, scales);
    }

    /**
     * One row in its hardware format.
     *
     * @param codes receives whole blocks of codes
     * @param scales receives the scales of each block, as {@link BlockMatrix#scales} has them
     * @throws dev.hwc.ir.IrException when a block with an offset has no finite scale
     */
    public static void row(WeightTensor tensor, long row, byte[] codes, short[] scales) {
        GgmlType type = tensor.type();
        if (!keepsCodes(type)) {
            requantize(tensor.row(row), codes, scales);
        } else if (format(type).hasOffsets()) {
            keepWithOffsets(tensor, row, codes, scales);
        } else {
            keep(tensor, row, BlockProduct.BLOCK * format(type).scaleBlocks(), codes, scales);
        }
    }

    /**
     * A row with a scale for every block, whatever its type: codes as stored where blocks have one scale and
     * no minimum, so that they fit i4 if they are narrower, and in i8 less a zero point; else i8.
     */
    public static void widened(WeightTensor tensor, long row, byte[] codes, short[] scales) {
        GgmlType type = tensor.type();
        if (keepsCodes(type) && (!format(type).hasOffsets() || type == GgmlType.Q4_ZP)) {
            keep(tensor, row, BlockProduct.BLOCK, codes, scales);
        } else {
            requantize(tensor.row(row), codes, scales);
        }
    }

    private static void keep(WeightTensor tensor, long row, int span, byte[] codes, short[] scales) {
        IntegerCodec codec = (IntegerCodec) tensor.type().codec();
        keep(codec, tensor.data(), row * tensor.type().rowBytes(tensor.columns()), span, codes, scales);
    }

    /**
     * Codes as stored, less a zero point; d·scale, exact in fp32, is rounded to binary16 (which it is where
     * scale = 1).
     *
     * @param span elements to each of {@code scales}, a divisor of those that share one in the file
     */
    private static void keep(
            IntegerCodec codec, MemorySegment data, long offset, int span, byte[] codes, short[] scales) {
        IntegerBlock block = new IntegerBlock(codec);
        long at = offset;
        for (int start = 0; start < codes.length; start += codec.blockSize()) {
            codec.unpack(data, at, block);
            for (int i = 0; i < codec.blockSize(); i++) {
                codes[start + i] = (byte) (block.code(i) - block.minimum(i / codec.groupSize()));
            }
            for (int i = 0; i < codec.blockSize(); i += span) {
                float scale = block.d() * block.scale(i / codec.groupSize());
                scales[(start + i) / span] = Float.floatToFloat16(scale);
            }
            at += codec.blockBytes();
        }
    }

    /**
     * Codes less 8, and d·scale·8 − dMin·min as the offset. A negative scale is made positive: w = d·q + o
     * = −d·(−1 − q) + (o − d).
     */
    private static void keepWithOffsets(WeightTensor tensor, long row, byte[] codes, short[] scales) {
        IntegerCodec codec = (IntegerCodec) tensor.type().codec();
        IntegerBlock block = new IntegerBlock(codec);
        long at = row * tensor.type().rowBytes(tensor.columns());
        for (int start = 0; start < codes.length; start += codec.blockSize()) {
            codec.unpack(tensor.data(), at, block);
            for (int g = 0; g < codec.blockSize() / BlockProduct.BLOCK; g++) {
                double scale = (double) block.d() * block.scale(g);
                double offset = MIDDLE * scale - (double) block.dMin() * block.minimum(g);
                int flip = scale < 0 ? -1 : 0;
                for (int i = g * BlockProduct.BLOCK; i < (g + 1) * BlockProduct.BLOCK; i++) {
                    codes[start + i] = (byte) (block.code(i) - MIDDLE ^ flip);
                }
                BlockScale exact = scale(tensor, row, Math.abs(scale), scale < 0 ? offset - scale : offset);
                int b = start / BlockProduct.BLOCK + g;
                scales[2 * b] = exact.word();
                scales[2 * b + 1] = exact.offset();
            }
            at += codec.blockBytes();
        }
    }

    private static BlockScale scale(WeightTensor tensor, long row, double scale, double offset) {
        try {
            return BlockScale.of(scale, offset);
        } catch (IrException e) {
            throw new IrException("row " + row + " of " + tensor.name() + ": " + e.getMessage(), e);
        }
    }

    private static void requantize(float[] x, byte[] codes, short[] scales) {
        float[] padded = Arrays.copyOf(x, codes.length);
        byte[] blocks = new byte[Math.toIntExact(GgmlType.Q8_0.rowBytes(padded.length))];
        MemorySegment target = MemorySegment.ofArray(blocks);
        GgmlType.Q8_0.quantizer().quantize(padded, 0, padded.length, target, 0);
        keep((IntegerCodec) GgmlType.Q8_0.codec(), target, 0, BlockProduct.BLOCK, codes, scales);
    }
}
