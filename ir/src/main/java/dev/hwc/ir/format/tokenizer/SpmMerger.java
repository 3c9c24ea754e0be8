package dev.hwc.ir.format.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;

/**
 * Splits one text into tokens: begins with its characters and merges, again and again, the adjacent
 * pair whose joined text is the token with the highest score (the leftmost of equals). What is no
 * token in the end is written byte by byte.
 *
 * <p>Symbols form a doubly linked list in arrays; candidates wait in a priority queue and are
 * dropped when a neighbour has changed meanwhile. O(n log n) for n characters.
 */
final class SpmMerger {
    private static final int NONE = -1;

    private final SpmVocabulary vocabulary;
    private final String text;
    private final int[] start;
    private final int[] length;
    private final int[] previous;
    private final int[] next;
    private final PriorityQueue<Merge> candidates = new PriorityQueue<>();

    /** Two neighbours whose joined text, {@code length} chars, is a token. */
    private record Merge(int left, int right, int length, float score) implements Comparable<Merge> {
        @Override
        public int compareTo(Merge other) {
            int byScore = Float.compare(other.score, score);
            return byScore != 0 ? byScore : Integer.compare(left, other.left);
        }
    }

    SpmMerger(SpmVocabulary vocabulary, String text) {
        this.vocabulary = vocabulary;
        this.text = text;
        int symbols = text.codePointCount(0, text.length());
        start = new int[symbols];
        length = new int[symbols];
        previous = new int[symbols];
        next = new int[symbols];
        linkCharacters();
    }

    /** Sends the ids of the text, in order, to {@code output}. */
    void run(IntConsumer output) {
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
            emit(text.substring(start[symbol], start[symbol] + length[symbol]), output);
        }
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
        int joined = length[left] + length[right];
        int id = vocabulary.id(text.substring(start[left], start[left] + joined));
        if (id != NONE) {
            candidates.add(new Merge(left, right, joined, vocabulary.score(id)));
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

    private void emit(String symbol, IntConsumer output) {
        int id = vocabulary.id(symbol);
        if (id != NONE) {
            output.accept(id);
            return;
        }
        for (byte value : symbol.getBytes(StandardCharsets.UTF_8)) {
            output.accept(vocabulary.byteId(value));
        }
    }
}
