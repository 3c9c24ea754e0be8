package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.sim.pim.PimFormat;

/**
 * Test operands with blocks of 32 codes, placed into words and multiplied as docs/spec/numerics.md says.
 *
 * @param rows outputs
 * @param columns inputs
 */
record CodeData(PimFormat format, int rows, int columns) implements CodeOperands {
    static final int BLOCK = BlockProduct.BLOCK;

    @Override
    public byte weight(int row, int column) {
        return row < rows && column < columns ? Operands.code((long) row * columns + column, format.bits()) : 0;
    }

    @Override
    public short weightScale(int row, int block) {
        return row < rows && block < blocks() ? Operands.scale16((long) row * blocks() + block) : 0;
    }

    @Override
    public byte activation(int column) {
        return column < columns ? (byte) Math.max(-127, Operands.code(-1L - column, 8)) : 0;
    }

    @Override
    public short activationScale(int block) {
        return block < blocks() ? Operands.scaleBf16(block) : 0;
    }

    /** Outputs that differ in a bit from the block products in order. */
    long mismatches(float[] outputs) {
        NumericCounters counters = new NumericCounters();
        byte[] a = new byte[blocks() * BLOCK];
        for (int k = 0; k < columns; k++) {
            a[k] = activation(k);
        }
        byte[] w = new byte[BLOCK];
        long different = 0;
        for (int m = 0; m < rows; m++) {
            long sum = 0;
            for (int b = 0; b < blocks(); b++) {
                for (int i = 0; i < BLOCK; i++) {
                    w[i] = weight(m, b * BLOCK + i);
                }
                int s = BlockProduct.dot(a, b * BLOCK, w, 0);
                sum += BlockProduct.term(s, activationScale(b), weightScale(m, b), counters);
            }
            float expected = BlockProduct.toFp32(sum);
            different += Float.floatToIntBits(expected) == Float.floatToIntBits(outputs[m]) ? 0 : 1;
        }
        return different;
    }
}
