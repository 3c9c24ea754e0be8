package dev.hwc.compiler.lower;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.numerics.BlockMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A weight matrix as the load queue streams it: column tiles of outputs, the last one as narrow as whole
 * blocks allow, each cut along the inner dimension into pieces of which every one is a weight
 * record (isa.md §4). Independent of how many tokens a program serves, so that all programs share one
 * copy.
 *
 * @param parameter name of the weight
 * @param columns row of the weight for each column of the stream, −1 for padding
 * @param innerBlocks blocks of 32 inner elements that are multiplied
 * @param blocks blocks in memory: padded to whole weight groups
 * @param runs pieces of equal size, in order
 * @param tileColumns outputs of a tile, at most the array's columns
 */
public record WeightStream(
        String parameter,
        BlockMatrix.Format format,
        int[] columns,
        int innerBlocks,
        int blocks,
        List<Run> runs,
        int tileColumns) {
    private static final int BLOCK = 32;

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
     * @param tileColumns columns of a tile
     * @param wholeTiles whether the last tile is as wide as the others, for tables whose rows are looked up
     */
    static WeightStream of(
            String parameter,
            BlockMatrix.Format format,
            int[] rows,
            long innerElements,
            int pieceBlocks,
            int tileColumns,
            boolean wholeTiles,
            HardwareSpec spec) {
        int unit = wholeTiles ? tileColumns : Math.min(tileColumns, BLOCK);
        int[] columns = new int[(rows.length + unit - 1) / unit * unit];
        Arrays.fill(columns, -1);
        System.arraycopy(rows, 0, columns, 0, rows.length);
        int groupBlocks = spec.weightGroup(format) / 32;
        int groups = Math.toIntExact((innerElements + groupBlocks * 32L - 1) / (groupBlocks * 32L));
        return new WeightStream(
                parameter,
                format,
                columns,
                Math.toIntExact((innerElements + BLOCK - 1) / BLOCK),
                groups * groupBlocks,
                runs(groups, groupBlocks, pieceBlocks),
                tileColumns);
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
        return (columns.length + tileColumns - 1) / tileColumns;
    }

    /** Tiles of full width: all, or all but the last. */
    public int wholeTiles() {
        return columns.length / tileColumns;
    }

    /** Columns of a tile. */
    public int width(int tile) {
        return Math.min(tileColumns, columns.length - tile * tileColumns);
    }

    /** Columns of some tiles together. */
    public int width(int firstTile, int count) {
        return Math.min(count * tileColumns, columns.length - firstTile * tileColumns);
    }

    /** Bytes of a record of this many blocks: scales and codes of this many columns. */
    public long recordBytes(int recordBlocks, int recordColumns) {
        return (long) recordBlocks * recordColumns * format.blockBytes();
    }

    /** Bytes of one whole tile. */
    public long tileBytes() {
        return recordBytes(blocks, tileColumns);
    }

    /** Bytes of the whole stream. */
    public long bytes() {
        return recordBytes(blocks, columns.length);
    }

    /** Largest piece in blocks. */
    public int largestPiece() {
        return runs.getFirst().blocks();
    }
}
