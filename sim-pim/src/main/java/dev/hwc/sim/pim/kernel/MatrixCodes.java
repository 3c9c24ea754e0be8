package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.sim.pim.PimFormat;

/**
 * Weights of a model and quantized activations.
 *
 * @param activations int8 codes, as many as the matrix has columns or more
 * @param scales bfloat16, one per block
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
public record MatrixCodes(BlockMatrix matrix, byte[] activations, short[] scales) implements CodeOperands {
    @Override
    public PimFormat format() {
        return matrix.format() == BlockMatrix.Format.I4 ? PimFormat.I4 : PimFormat.I8;
    }

    @Override
    public int rows() {
        return matrix.rows();
    }

    @Override
    public int columns() {
        return matrix.columns();
    }

    @Override
    public byte weight(int row, int column) {
        return row < rows() && column < columns() ? matrix.codes(row)[column] : 0;
    }

    @Override
    public short weightScale(int row, int block) {
        return row < rows() && block < blocks() ? matrix.scales(row)[block] : 0;
    }

    @Override
    public byte activation(int column) {
        return column < columns() ? activations[column] : 0;
    }

    @Override
    public short activationScale(int block) {
        return block < blocks() ? scales[block] : 0;
    }
}
