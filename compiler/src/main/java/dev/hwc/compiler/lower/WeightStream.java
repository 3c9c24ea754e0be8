package dev.hwc.compiler.lower;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A weight matrix as the load queue streams it: column tiles of C outputs, each cut along the inner
 * dimension into pieces of which every one is a weight record (isa.md §4). Independent of how many
 * tokens a program serves, so that all programs share one copy.
 *
 * @param parameter name of the weight
 * @param columns row of the weight for each column of the stream, −1 for padding; whole tiles
 * @param blocks blocks of 32 inner elements, padded to whole weight groups
 * @param runs pieces of equal size, in order
 */
public record WeightStream(
        String parameter, BlockMatrix.Format format, int[] columns, int blocks, List<Run> runs, int arrayColumns) {

    /** {@code count} pieces of {@code blocks} blocks. */
    public record Run(int blocks, int count) {}

    public WeightStream {
        columns = columns.clone();
        runs = List.copyOf(runs);
    }

    /**
     * Cuts a weight into tiles and pieces.
     *
     * @param innerElements columns of the weight
     * @param pieceBlocks most blocks one piece may have
     */
    static WeightStream of(
            String parameter,
            BlockMatrix.Format format,
            int[] rows,
            long innerElements,
            int pieceBlocks,
            HardwareSpec spec) {
        int c = spec.array().columns();
        int[] columns = new int[(rows.length + c - 1) / c * c];
        Arrays.fill(columns, -1);
        System.arraycopy(rows, 0, columns, 0, rows.length);
        int groupBlocks = spec.weightGroup(format) / 32;
        int groups = Math.toIntExact((innerElements + groupBlocks * 32L - 1) / (groupBlocks * 32L));
        return new WeightStream(
                parameter, format, columns, groups * groupBlocks, runs(groups, groupBlocks, pieceBlocks), c);
    }

    private static List<Run> runs(int groups, int groupBlocks, int pieceBlocks) {
        int pieceGroups = Math.max(1, pieceBlocks / groupBlocks);
        int pieces = (groups + pieceGroups - 1) / pieceGroups;
        int size = groups / pieces;
        int larger = groups % pieces;
        List<Run> runs = new ArrayList<>();
        if (larger > 0) {
            runs.add(new Run((size + 1) * groupBlocks, larger));
        }
        if (pieces > larger) {
            runs.add(new Run(size * groupBlocks, pieces - larger));
        }
        return runs;
    }

    /** Column tiles. */
    public int tiles() {
        return columns.length / arrayColumns;
    }

    /** Bytes of a record of this many blocks: scales and codes of all columns. */
    public long recordBytes(int recordBlocks) {
        return (long) recordBlocks * arrayColumns * (2 + 4L * format.bits());
    }

    /** Bytes of one tile. */
    public long tileBytes() {
        return recordBytes(blocks);
    }

    /** Bytes of the whole stream. */
    public long bytes() {
        return tileBytes() * tiles();
    }

    /** Largest piece in blocks. */
    public int largestPiece() {
        return runs.getFirst().blocks();
    }
}
