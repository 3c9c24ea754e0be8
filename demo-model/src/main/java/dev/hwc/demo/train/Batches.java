package dev.hwc.demo.train;

import dev.hwc.demo.token.Pieces;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Rows of tokens for training. Every row begins with a story, and stories follow each other until the row is full. */
final class Batches {
    private final List<int[]> stories;
    private final Random random;
    private int next;

    /** @param stories token ids without begin and end pieces */
    Batches(List<int[]> stories, long seed) {
        this.stories = new ArrayList<>(stories);
        this.random = new Random(seed);
        Collections.shuffle(this.stories, random);
    }

    /** The next {@code rows} sequences of {@code length} tokens. */
    List<int[]> next(int rows, int length) {
        return Stream.generate(() -> row(length)).limit(rows).toList();
    }

    private int[] row(int length) {
        int[] out = new int[length];
        int at = 0;
        while (at < length) {
            int[] story = take();
            out[at++] = Pieces.BEGIN;
            int copied = Math.min(story.length, length - at);
            System.arraycopy(story, 0, out, at, copied);
            at += copied;
            if (at < length) {
                out[at++] = Pieces.END;
            }
        }
        return out;
    }

    private int[] take() {
        if (next == stories.size()) {
            Collections.shuffle(stories, random);
            next = 0;
        }
        return stories.get(next++);
    }
}
