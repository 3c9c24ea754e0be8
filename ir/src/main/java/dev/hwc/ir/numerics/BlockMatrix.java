package dev.hwc.ir.numerics;

import dev.hwc.ir.IrException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A weight matrix [rows, columns] in a hardware format: int8 codes (narrower codes are held one per
 * byte) and the scales of its blocks of 32 columns (N12, N13). Columns are padded with zeros to whole
 * blocks.
 */
public final class BlockMatrix {
    /** Hardware weight formats. */
    public enum Format {
        I8(8, 1, 1, "i8"),
        I4(4, 1, 1, "i4"),
        /** i4 with an offset per block: two halfwords, scale and offset. */
        I4M(4, 2, 1, "i4m"),
        /** Numbers of the unevenly spaced values of {@link NonLinearCodes}. */
        NL4(4, 1, 1, "nl4"),
        /** Two bits, −1 to 2; two blocks fill a unit and share its scale. */
        TERNARY(2, 1, 2, "ternary");

        private static final int UNIT_BITS = 128;

        private final int bits;
        private final int scaleHalves;
        private final int scaleBlocks;
        private final String text;

        Format(int bits, int scaleHalves, int scaleBlocks, String text) {
            this.bits = bits;
            this.scaleHalves = scaleHalves;
            this.scaleBlocks = scaleBlocks;
            this.text = text;
        }

        /** Bits of a code. */
        public int bits() {
            return bits;
        }

        /** Halfwords of a scale: the scale, and maybe an offset. */
        public int scaleHalves() {
            return scaleHalves;
        }

        /** Blocks that share a scale. */
        public int scaleBlocks() {
            return scaleBlocks;
        }

        /** Halfwords of the scales of the first {@code blocks} blocks of a row. */
        public int halves(int blocks) {
            return (blocks + scaleBlocks - 1) / scaleBlocks * scaleHalves;
        }

        /** Bytes that a block takes in memory and on the bus, with its share of a scale. */
        public int blockBytes() {
            return 2 * scaleHalves / scaleBlocks + codeBytes();
        }

        /** Those of its codes alone. */
        public int codeBytes() {
            return BlockProduct.BLOCK * bits / 8;
        }

        /** Bits that a weight takes in memory and on the bus, its share of the scales included. */
        public double bitsPerWeight() {
            return 8.0 * blockBytes() / BlockProduct.BLOCK;
        }

        /** Units of 16 bytes that the codes of some blocks take in the weight buffer. */
        public long units(long blocks) {
            return (blocks * BlockProduct.BLOCK * bits + UNIT_BITS - 1) / UNIT_BITS;
        }

        /** The same of as many blocks as a buffer can hold. */
        public int units(int blocks) {
            return Math.toIntExact(units((long) blocks));
        }

        /** The unit, counted from the first one of a row, in which a block begins. */
        public int firstUnit(int block) {
            return block * BlockProduct.BLOCK * bits / UNIT_BITS;
        }

        /** Blocks whose codes fit some units. */
        public int blocksIn(int units) {
            return units * UNIT_BITS / (BlockProduct.BLOCK * bits);
        }

        /** Whether the vector unit reads it: rows of tables have no other (isa.md §5 dequant). */
        public boolean inTables() {
            return this == I8 || this == I4;
        }

        /** Whether blocks have an offset (N13). */
        public boolean hasOffsets() {
            return scaleHalves == 2;
        }

        /** The code that stored bits stand for; the lowest {@link #bits} count. */
        public int code(int stored) {
            return switch (this) {
                case I8 -> (byte) stored;
                case I4, I4M -> stored << 28 >> 28;
                case NL4 -> NonLinearCodes.value(stored & 15);
                case TERNARY -> (stored & 3) == 3 ? -1 : stored & 3;
            };
        }

        /** The bits that are stored for a code that {@link #holds} says it has. */
        public int stored(int code) {
            return switch (this) {
                case I8 -> code & 0xFF;
                case I4, I4M -> code & 15;
                case NL4 -> NonLinearCodes.number(code);
                case TERNARY -> code & 3;
            };
        }

        /** Whether the format has this code. */
        public boolean holds(int code) {
            return switch (this) {
                case I8 -> code == (byte) code;
                case I4, I4M -> code >= -8 && code < 8;
                case NL4 -> NonLinearCodes.number(code) >= 0;
                case TERNARY -> code >= -1 && code <= 2;
            };
        }

        /** The codes it has, in words. */
        public String codes() {
            return switch (this) {
                case I8 -> "-128..127";
                case I4, I4M -> "-8..7";
                case NL4 -> NonLinearCodes.text();
                case TERNARY -> "-1..2";
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
     * @param scales one array per row: for each block, or all that share it, a binary16 scale, finite; with
     *     offsets, a scale as {@link BlockScale} has it and the offset
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
            if (codes[r].length != blocks * BlockProduct.BLOCK || scales[r].length != format.halves(blocks)) {
                throw new IrException("row " + r + " of a block matrix with " + columns + " columns has "
                        + codes[r].length + " codes and " + scales[r].length + " scales; needed are "
                        + blocks * BlockProduct.BLOCK + " and " + format.halves(blocks));
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
            int half = place(i / BlockProduct.BLOCK);
            y[i] = format.hasOffsets()
                    ? BlockScale.value(codes[row][i], scales[row][half], scales[row][half + 1])
                    : Fp32.mul(codes[row][i], ScaleFormat.FP16.value(scales[row][half]));
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
        int half = place(block);
        return format.hasOffsets()
                ? BlockProduct.term(sum, BlockProduct.sum(activations, from), scale, own[half], own[half + 1], counters)
                : BlockProduct.term(sum, scale, own[half], counters);
    }

    /** Halfword of a row's scales at which a block's stands. */
    private int place(int block) {
        return block / format.scaleBlocks() * format.scaleHalves();
    }

    /** Scales of a row, {@link Format#halves} halfwords; not to be changed. */
    public short[] scales(int row) {
        return scales[row];
    }
}
