package dev.hwc.ir.numerics;

import dev.hwc.ir.IrException;

/**
 * A weight matrix [rows, columns] in a hardware format: int8 codes (i4 codes are held one per byte)
 * and one binary16 scale per block of 32 columns (N12, N13). Columns are padded with zeros to whole
 * blocks.
 */
public final class BlockMatrix {
    /** Hardware weight formats. */
    public enum Format {
        I8(8, "i8"),
        I4(4, "i4");

        private final int bits;
        private final String text;

        Format(int bits, String text) {
            this.bits = bits;
            this.text = text;
        }

        public int bits() {
            return bits;
        }

        /** Name in text forms. */
        public String text() {
            return text;
        }
    }

    private final Format format;
    private final int rows;
    private final int columns;
    private final int blocks;
    private final byte[][] codes;
    private final short[][] scales;

    /**
     * @param codes one array of blocks·32 codes per row
     * @param scales one array of blocks binary16 scales per row, finite
     */
    public BlockMatrix(Format format, int columns, byte[][] codes, short[][] scales) {
        this.format = format;
        this.rows = codes.length;
        this.columns = columns;
        this.blocks = (columns + BlockProduct.BLOCK - 1) / BlockProduct.BLOCK;
        this.codes = codes;
        this.scales = scales;
        if (scales.length != rows) {
            throw new IrException("block matrix has " + rows + " rows of codes and " + scales.length
                    + " rows of scales; both must be equal");
        }
        for (int r = 0; r < rows; r++) {
            if (codes[r].length != blocks * BlockProduct.BLOCK || scales[r].length != blocks) {
                throw new IrException("row " + r + " of a block matrix with " + columns + " columns has "
                        + codes[r].length + " codes and " + scales[r].length + " scales; needed are "
                        + blocks * BlockProduct.BLOCK + " and " + blocks);
            }
            checkCodes(r);
            requireFinite(scales[r], "a block matrix", r);
        }
    }

    /** Refuses infinite and NaN scales, which the hardware does not have. */
    public static void requireFinite(short[] scales, String name, int row) {
        for (short s : scales) {
            if ((s & 0x7C00) == 0x7C00) {
                throw new IrException("row " + row + " of " + name + " has a scale that is infinite or NaN; "
                        + "weights must have finite scales");
            }
        }
    }

    private void checkCodes(int row) {
        int limit = 1 << (format.bits() - 1);
        for (byte code : codes[row]) {
            if (code < -limit || code >= limit) {
                throw new IrException("row " + row + " of a block matrix has code " + code + "; allowed in "
                        + format.text() + " are " + -limit + ".." + (limit - 1));
            }
        }
    }

    public Format format() {
        return format;
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** Blocks per row. */
    public int blocks() {
        return blocks;
    }

    /** Codes of a row, blocks·32 long; not to be changed. */
    public byte[] codes(int row) {
        return codes[row];
    }

    /** binary16 scales of a row, one per block; not to be changed. */
    public short[] scales(int row) {
        return scales[row];
    }
}
