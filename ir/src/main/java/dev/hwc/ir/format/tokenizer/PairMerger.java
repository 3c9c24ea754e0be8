package dev.hwc.ir.format.tokenizer;

import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Splits one text into symbols: begins with its characters and joins, again and again, the adjacent
 * pair that a {@link Join} puts first (the leftmost of equals), until no pair may be joined.
 *
 * <p>Symbols form a doubly linked list in arrays; candidates wait in a priority queue and are
 * dropped when a neighbour has changed meanwhile. O(n log n) for n characters.
 */
final class PairMerger {
    private static final int NONE = -1;

    /** Which pairs may be joined, and which first. */
    @FunctionalInterface
    interface Join {
        /** The pair with the lowest number is joined first; NaN for a pair that stays apart. */
        double order(String left, String right);
    }

    private final Join join;
    private final String text;
    private final int[] start;
    private final int[] length;
    private final int[] previous;
    private final int[] next;
    private final PriorityQueue<Merge> candidates = new PriorityQueue<>();

    /** Two neighbours of {@code length} chars together. */
    private record Merge(int left, int right, int length, double order) implements Comparable<Merge> {
        @Override
        public int compareTo(Merge other) {
            int byOrder = Double.compare(order, other.order);
            return byOrder != 0 ? byOrder : Integer.compare(left, other.left);
        }
    }

    PairMerger(Join join, String text) {
        this.join = join;
        this.text = text;
        int symbols = text.codePointCount(0, text.length());
        start = new int[symbols];
        length = new int[symbols];
        previous = new int[symbols];
        next = new int[symbols];
        linkCharacters();
    }

    /** Sends the symbols of the text, in order, to {@code output}. */
    void run(Consumer<String> output) {
        if (start.length == 0) {
            return;
        }
        for (int right = 1; right < start.length; right++) {
            consider(right - 1, right);
        }
        for (Merge merge = candidates.poll(); merge != null; merge = candidates.poll()) {
            if (isCurrent(merge)) {
                apply(merge);
            }
        }
        for (int symbol = 0; symbol != NONE; symbol = next[symbol]) {
            output.accept(symbol(symbol));
        }
    }

    private String symbol(int symbol) {
        return text.substring(start[symbol], start[symbol] + length[symbol]);
    }

    private void linkCharacters() {
        int at = 0;
        for (int symbol = 0; symbol < start.length; symbol++) {
            start[symbol] = at;
            length[symbol] = Character.charCount(text.codePointAt(at));
            previous[symbol] = symbol - 1;
            next[symbol] = symbol + 1 < start.length ? symbol + 1 : NONE;
            at += length[symbol];
        }
    }

    private void consider(int left, int right) {
        if (left == NONE || right == NONE) {
            return;
        }
        double order = join.order(symbol(left), symbol(right));
        if (!Double.isNaN(order)) {
            candidates.add(new Merge(left, right, length[left] + length[right], order));
        }
    }

    /** A merged symbol has length 0; a grown one no longer adds up. */
    private boolean isCurrent(Merge merge) {
        int left = length[merge.left];
        int right = length[merge.right];
        return left != 0 && right != 0 && left + right == merge.length;
    }

    private void apply(Merge merge) {
        length[merge.left] = merge.length;
        length[merge.right] = 0;
        next[merge.left] = next[merge.right];
        if (next[merge.right] != NONE) {
            previous[next[merge.right]] = merge.left;
        }
        consider(previous[merge.left], merge.left);
        consider(merge.left, next[merge.left]);
    }
}
