package dev.hwc.compiler.weights;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Where each place of a rewritten axis takes its element from: a place of the old axis, or {@link
 * #ZERO}. A permutation and a padding are both selections.
 */
public final class Selection {
    /** The source of a place that is filled with zero. */
    public static final int ZERO = -1;

    private final int[] sources;

    private Selection(int[] sources) {
        this.sources = sources;
    }

    /** A selection of {@code size} places. */
    public static Selection of(int size, IntUnaryOperator source) {
        return new Selection(IntStream.range(0, size).map(source).toArray());
    }

    /**
     * The same selection inside each head of an axis of {@code heads} heads.
     *
     * @param oldDim elements of a head before
     * @param newDim elements of a head after
     * @param within for each element of a new head the element of the old head, or ZERO
     */
    public static Selection perHead(int heads, int oldDim, int newDim, IntUnaryOperator within) {
        return of(Math.multiplyExact(heads, newDim), place -> {
            int element = within.applyAsInt(place % newDim);
            return element == ZERO ? ZERO : place / newDim * oldDim + element;
        });
    }

    /** Number of places. */
    public int size() {
        return sources.length;
    }

    /** The old place that goes to {@code place}, or ZERO. */
    public int source(int place) {
        return sources[place];
    }

    /** The values of the new axis. */
    float[] select(float[] values) {
        float[] selected = new float[size()];
        for (int place = 0; place < selected.length; place++) {
            selected[place] = sources[place] == ZERO ? 0 : values[sources[place]];
        }
        return selected;
    }

    /** True when the new axis is whole blocks and each draws from at most one block of the old axis. */
    boolean keepsBlocks(int blockSize) {
        return size() % blockSize == 0
                && IntStream.range(0, size() / blockSize)
                        .allMatch(block -> drawnFrom(block, blockSize).count() <= 1);
    }

    /**
     * For each block of the new axis the block of the old axis that it draws from, or ZERO when all
     * its places are zero. Asked only where {@link #keepsBlocks} holds.
     */
    int[] sourceBlocks(int blockSize) {
        return IntStream.range(0, size() / blockSize)
                .map(block -> drawnFrom(block, blockSize).findFirst().orElse(ZERO))
                .toArray();
    }

    private IntStream drawnFrom(int block, int blockSize) {
        return Arrays.stream(sources, block * blockSize, (block + 1) * blockSize)
                .filter(source -> source != ZERO)
                .map(source -> source / blockSize)
                .distinct();
    }
}
