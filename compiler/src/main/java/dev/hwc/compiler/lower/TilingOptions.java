package dev.hwc.compiler.lower;

/**
 * Choices a tiling leaves open. Every legal choice gives the same bits; only cycles differ. The first
 * two belong to the memory layout, which all programs of a model share; the others to one program.
 *
 * @param weightSlots slots the weight buffer has at most, 2..64
 * @param pieceBlocks most blocks of one weight piece
 * @param groupTiles column tiles per output group, where memory allows
 * @param attentionTiles row tiles that share one pass over the keys, where memory allows
 * @param attentionSlots accumulator slots that attention uses at most
 * @param keyColumns keys per tile, at most the array's columns; rounded down to a power of two
 */
public record TilingOptions(
        int weightSlots, int pieceBlocks, int groupTiles, int attentionTiles, int attentionSlots, int keyColumns) {
    /** What the compiler uses when nothing else is asked for. */
    public static final TilingOptions DEFAULT = new TilingOptions(64, 16, 4, 16, 16, 128);

    /** With other output groups. */
    public TilingOptions withGroup(int tiles) {
        return new TilingOptions(weightSlots, pieceBlocks, tiles, attentionTiles, attentionSlots, keyColumns);
    }

    /** With another division of attention. */
    public TilingOptions withAttention(int tiles, int slots) {
        return new TilingOptions(weightSlots, pieceBlocks, groupTiles, tiles, slots, keyColumns);
    }

    /** With other tiles of keys. */
    public TilingOptions withKeys(int columns) {
        return new TilingOptions(weightSlots, pieceBlocks, groupTiles, attentionTiles, attentionSlots, columns);
    }
}
