package dev.hwc.compiler.lower;

/**
 * What is added to scores so that tokens before a sliding window do not count (numerics N32): 0, or −∞.
 * The mask of a position is that of the position before it, one element further; window 1 holds as
 * many copies of one long row as a line has elements, each shifted by one, so that every mask begins
 * at a line, and a table of where it begins.
 *
 * @param tokens tokens that attention sees
 * @param context elements of a mask, a multiple of {@link #COPIES}
 * @param offset of the table in window 1
 */
public record WindowMasks(int tokens, int context, long offset) {
    /** Shifted copies: the elements of a line. */
    public static final int COPIES = ModelLayout.lineElements();

    /** Elements of a copy. */
    public int copyElements() {
        return 2 * context;
    }

    /** Bytes of table and copies. */
    long bytes() {
        return ModelLayout.align(4L * context) + (long) COPIES * copyElements() * 4;
    }

    /** Offset of a copy in window 1. */
    public long copy(int copy) {
        return offset + ModelLayout.align(4L * context) + (long) copy * copyElements() * 4;
    }

    /** Offset of the mask of a position in window 1: what the table holds. */
    public long mask(int position) {
        return copy(position % COPIES) + 4L * (context - position / COPIES * COPIES);
    }

    /** An element of a copy: −∞ up to the last token before the window. */
    public float element(int copy, int index) {
        return index <= context + copy - tokens ? Float.NEGATIVE_INFINITY : 0;
    }
}
