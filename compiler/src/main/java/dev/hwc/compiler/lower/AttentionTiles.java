package dev.hwc.compiler.lower;

import java.util.ArrayList;
import java.util.List;

/**
 * How attention of layers of one shape is cut: row tiles of one KV head, and how many of them share a
 * pass over keys and values.
 *
 * @param rows of each row tile: tokens of each query head, or with one token its query heads
 * @param queryTiles row tiles of all KV heads together
 * @param chunk row tiles that share a pass
 * @param buffers regions for scores, probabilities and head outputs: two where chunks follow each other and
 *     they fit
 */
record AttentionTiles(List<Integer> rows, int queryTiles, int chunk, int buffers) {
    AttentionTiles {
        rows = List.copyOf(rows);
    }

    /** Rows of the row tiles of one KV head of {@code group} query heads. */
    static List<Integer> rows(int group, int tokens, List<Integer> rowTiles, int arrayRows) {
        List<Integer> tiles = new ArrayList<>();
        if (tokens == 1) {
            for (int done = 0; done < group; done += arrayRows) {
                tiles.add(Math.min(arrayRows, group - done));
            }
        } else {
            for (int head = 0; head < group; head++) {
                tiles.addAll(rowTiles);
            }
        }
        return tiles;
    }

    /** Row tiles of all KV heads of a layer. */
    static int queryTiles(Network.Layer layer, int tokens, List<Integer> rowTiles, int arrayRows) {
        return tokens == 1
                ? layer.kvHeads() * BufferPlan.divUp(layer.group(), arrayRows)
                : layer.heads() * rowTiles.size();
    }
}
