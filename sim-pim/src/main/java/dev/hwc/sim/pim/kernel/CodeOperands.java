package dev.hwc.sim.pim.kernel;

import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.sim.pim.PimFormat;

/** A matrix of codes with a scale per block of 32 and a vector of the same kind (numerics.md N12 to N14). */
public interface CodeOperands {
    PimFormat format();

    int rows();

    int columns();

    /** A code; zero beyond the matrix. */
    byte weight(int row, int column);

    /** binary16 bits; zero beyond the matrix. */
    short weightScale(int row, int block);

    /** An int8 code; zero beyond the vector. */
    byte activation(int column);

    /** bfloat16 bits; zero beyond the vector. */
    short activationScale(int block);

    /** Blocks of a row. */
    default int blocks() {
        return (columns() + BlockProduct.BLOCK - 1) / BlockProduct.BLOCK;
    }

    /** One burst of 256 bits with codes of a row from a column on. */
    default void codes(int row, int column, short[] words, int at) {
        int bits = format().bits();
        int perWord = 16 / bits;
        int mask = (1 << bits) - 1;
        for (int i = 0; i < 16; i++) {
            int word = 0;
            for (int n = 0; n < perWord; n++) {
                word |= (weight(row, column + i * perWord + n) & mask) << (bits * n);
            }
            words[at + i] = (short) word;
        }
    }
}
