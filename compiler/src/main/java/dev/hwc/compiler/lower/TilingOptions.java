package dev.hwc.compiler.lower;

/**
 * Choices a tiling leaves open. Every legal choice gives the same bits; only cycles differ. The first
 * two belong to the memory layout, which all programs of a model share; the others to one program.
 *
 * @param weightSlots slots the weight buffer has at most, 2..64
 * @param pieceBlocks most blocks of one weight piece
 * @param groupTiles column tiles per output group, where memory allows
 * @param attentionTiles row tiles that share one pass over the keys, where memory allows
 * @param keyColumns keys per tile, at most the array's columns; rounded down to a power of two
 */
public record TilingOptions(
        int weightSlots, int pieceBlocks, int groupTiles, int attentionTiles, int keyColumns) {
    /** What the compiler uses when nothing else is asked for. */
    public static final TilingOptions DEFAULT = new TilingOptions(64, 16, 4, 16, 128);

    /** With other choices for one program. */
    public TilingOptions with(int group, int attention, int keys) {
        return new TilingOptions(weightSlots, pieceBlocks, group, attention, keys);
    }
}
