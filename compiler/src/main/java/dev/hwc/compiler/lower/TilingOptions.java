package dev.hwc.compiler.lower;

import dev.hwc.ir.tensor.FusedKind;
import java.util.EnumSet;
import java.util.Set;

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
 * @param memory how memory that computes is laid out
 * @param inMemory operators that memory computes
 */
public record TilingOptions(
        int weightSlots,
        int pieceBlocks,
        int groupTiles,
        int attentionTiles,
        int attentionSlots,
        int keyColumns,
        Memory memory,
        Set<FusedKind> inMemory) {
    /**
     * What all programs of a model share of memory that computes.
     *
     * @param kernels kernels that compute a product one after the other, while results of the ones before are used
     * @param keys whether it keeps keys and values, and so can compute attention
     */
    public record Memory(int kernels, boolean keys) {
        /** A kernel for each product, and room for attention. */
        public static final Memory DEFAULT = new Memory(1, true);
    }

    /** What the compiler uses when nothing else is asked for. */
    public static final TilingOptions DEFAULT = new TilingOptions(64, 16, 4, 16, 16, 128, Memory.DEFAULT, Set.of());

    public TilingOptions {
        inMemory = Set.copyOf(inMemory);
    }

    /** With other output groups. */
    public TilingOptions withGroup(int tiles) {
        return new TilingOptions(
                weightSlots, pieceBlocks, tiles, attentionTiles, attentionSlots, keyColumns, memory, inMemory);
    }

    /** With another division of attention. */
    public TilingOptions withAttention(int tiles, int slots) {
        return new TilingOptions(weightSlots, pieceBlocks, groupTiles, tiles, slots, keyColumns, memory, inMemory);
    }

    /** With other tiles of keys. */
    public TilingOptions withKeys(int columns) {
        return new TilingOptions(
                weightSlots, pieceBlocks, groupTiles, attentionTiles, attentionSlots, columns, memory, inMemory);
    }

    /** With other kernels for a product in memory. */
    public TilingOptions withMemoryKernels(int kernels) {
        return withMemory(new Memory(kernels, memory.keys));
    }

    /** With keys and values in the array's cache only. */
    public TilingOptions withoutKeysInMemory() {
        return withMemory(new Memory(memory.kernels, false));
    }

    private TilingOptions withMemory(Memory other) {
        return new TilingOptions(
                weightSlots, pieceBlocks, groupTiles, attentionTiles, attentionSlots, keyColumns, other, inMemory);
    }

    /** With other operators computed by memory. */
    public TilingOptions withInMemory(Set<FusedKind> operators) {
        return new TilingOptions(
                weightSlots, pieceBlocks, groupTiles, attentionTiles, attentionSlots, keyColumns, memory, operators);
    }

    /** With one product computed on the other side. */
    public TilingOptions moved(FusedKind operator) {
        EnumSet<FusedKind> other = EnumSet.noneOf(FusedKind.class);
        other.addAll(inMemory);
        if (!other.remove(operator)) {
            other.add(operator);
        }
        return withInMemory(other);
    }
}
