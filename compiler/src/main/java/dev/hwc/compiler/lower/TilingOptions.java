package dev.hwc.compiler.lower;

/**
 * Choices a tiling leaves open. Every legal choice gives the same bits; only cycles differ.
 *
 * @param weightSlots slots the weight buffer is divided into, 2..64
 * @param pieceBlocks most blocks of one weight piece (at most what a slot holds)
 * @param groupTiles column tiles per output group, where memory allows
 * @param attentionTiles row tiles that share one pass over the keys, where memory allows
 */
public record TilingOptions(int weightSlots, int pieceBlocks, int groupTiles, int attentionTiles) {
    /** What the compiler uses when nothing else is asked for. */
    public static final TilingOptions DEFAULT = new TilingOptions(8, 2048, 4, 16);
}
