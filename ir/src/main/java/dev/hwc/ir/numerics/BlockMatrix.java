package dev.hwc.ir.numerics;

import dev.hwc.ir.IrException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A weight matrix [rows, columns] in a hardware format: int8 codes (codes of four bits are held one
 * per byte) and the scale of every block of 32 columns (N12, N13). Columns are padded with zeros to
 * whole blocks.
 */
public final class BlockMatrix {
    /** Hardware weight formats. */
    public enum Format {
        I8(8, 1, "i8"),
        I4(4, 1, "i4"),
        /** i4 with an offset per block: two halfwords, scale and offset. */
        I4M(4, 2, "i4m"),
        /** Numbers of the unevenly spaced values of {@link NonLinearCodes}. */
        NL4(4, 1, "nl4");

        private final int bits;
        private final int scaleHalves;
        private final String text;

        Format(int bits, int scaleHalves, String text) {
            this.bits = bits;
            this.scaleHalves = scaleHalves;
            this.text = text;
        }

        /** Bits of a code. */
        public int bits() {
            return bits;
        }

        /** Halfwords that a block has besides its codes: a scale, and maybe an offset. */
        public int scaleHalves() {
            return scaleHalves;
        }

        /** Bytes that a block takes in memory and on the bus. */
        public int blockBytes() {
            return 2 * scaleHalves + BlockProduct.BLOCK * bits / 8;
        }

        /** Bits that a weight takes in memory and on the bus, its share of the scales included. */
        public double bitsPerWeight() {
            return 8.0 * blockBytes() / BlockProduct.BLOCK;
        }

        /** Units of 16 bytes that the codes of a block take in the weight buffer. */
        public int blockUnits() {
            return BlockProduct.BLOCK * bits / 8 / 16;
        }

        /** Whether the vector unit reads it: rows of tables have no other (isa.md §5 dequant). */
        public boolean inTables() {
            return this == I8 || this == I4;
        }

        /** Whether blocks have an offset (N13). */
        public boolean hasOffsets() {
            return scaleHalves == 2;
        }

        /** The code that stored bits stand for; of four bits, the lowest ones count. */
        public int code(int stored) {
            return switch (this) {
                case I8 -> (byte) stored;
                case I4, I4M -> stored << 28 >> 28;
                case NL4 -> NonLinearCodes.value(stored & 15);
            };
        }

        /** The bits that are stored for a code that {@link #holds} says it has. */
        public int stored(int code) {
            return switch (this) {
                case I8 -> code & 0xFF;
                case I4, I4M -> code & 15;
                case NL4 -> NonLinearCodes.number(code);
            };
        }

        /** Whether the format has this code. */
        public boolean holds(int code) {
            return switch (this) {
                case I8 -> code == (byte) code;
                case I4, I4M -> code >= -8 && code < 8;
                case NL4 -> NonLinearCodes.number(code) >= 0;
            };
        }

        /** The codes it has, in words. */
        public String codes() {
            return switch (this) {
                case I8 -> "-128..127";
                case I4, I4M -> "-8..7";
                case NL4 -> NonLinearCodes.text();
            };
        }

        /** The format that has a name in text forms. */
        public static Optional<Format> named(String text) {
            return Arrays.stream(values())
                    .filter(format -> format.text.equals(text))
                    .findFirst();
        }

        /** The names of all, in their order. */
        public static List<String> names() {
            return Arrays.stream(values()).map(Format::text).toList();
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
     * @param scales one array per row: for each block a binary16 scale, finite; with offsets, a scale as
     *     {@link BlockScale} has it and the offset
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
            if (codes[r].length != blocks * BlockProduct.BLOCK || scales[r].length != blocks * format.scaleHalves()) {
                throw new IrException("row " + r + " of a block matrix with " + columns + " columns has "
                        + codes[r].length + " codes and " + scales[r].length + " scales; needed are "
                        + blocks * BlockProduct.BLOCK + " and " + blocks * format.scaleHalves());
            }
            checkCodes(r);
            requireFinite(format, scales[r], "a block matrix", r);
        }
    }

    /** Refuses infinite and NaN scales, which the hardware does not have. */
    public static void requireFinite(Format format, short[] scales, String name, int row) {
        if (format.hasOffsets()) {
            return; // every word is a finite scale
        }
        for (short s : scales) {
            if ((s & 0x7C00) == 0x7C00) {
                throw new IrException("row " + row + " of " + name + " has a scale that is infinite or NaN; "
                        + "weights must have finite scales");
            }
        }
    }

    private void checkCodes(int row) {
        for (byte code : codes[row]) {
            if (!format.holds(code)) {
                throw new IrException("row " + row + " of a block matrix has code " + code + "; allowed in "
                        + format.text() + " are " + format.codes());
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

    /** The values of a row (N22), the first {@code y.length} of them. */
    public void row(int row, float[] y) {
        for (int i = 0; i < y.length; i++) {
            int block = i / BlockProduct.BLOCK * format.scaleHalves();
            y[i] = format.hasOffsets()
                    ? BlockScale.value(codes[row][i], scales[row][block], scales[row][block + 1])
                    : Fp32.mul(codes[row][i], ScaleFormat.FP16.value(scales[row][block]));
        }
    }

    /**
     * What a block adds to the product of a row with activations (N16 to N18).
     *
     * @param activations codes of the whole row
     * @param scale of this block's activations
     */
    public long term(int row, int block, byte[] activations, short scale, NumericCounters counters) {
        int from = block * BlockProduct.BLOCK;
        int sum = BlockProduct.dot(activations, from, codes[row], from);
        short[] own = scales[row];
        return format.hasOffsets()
                ? BlockProduct.term(
                        sum, BlockProduct.sum(activations, from), scale, own[2 * block], own[2 * block + 1], counters)
                : BlockProduct.term(sum, scale, own[block], counters);
    }

    /** Scales of a row, {@link Format#scaleHalves} halfwords per block; not to be changed. */
    public short[] scales(int row) {
        return scales[row];
    }
}
