package dev.hwc.demo.corpus;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * The text the demo model learns from, and text it never saw.
 *
 * @param training stories without any held-out combination of patterns, all different
 * @param heldOut stories of another seed; every second one has a combination of patterns that training never has
 */
public record Corpus(List<Story> training, List<Story> heldOut) {
    private static final int HELD_OUT_SHARE = 16;

    public Corpus {
        training = List.copyOf(training);
        heldOut = List.copyOf(heldOut);
    }

    /**
     * Writes the corpus.
     *
     * @param seed of the training part; the held-out part takes {@code seed + 1}
     * @param trainingBytes UTF-8 size at which the training part ends
     * @param heldOutStories number of stories, even
     */
    public static Corpus write(long seed, long trainingBytes, int heldOutStories) {
        StoryGrammar grammar = StoryGrammar.load();
        Set<String> seen = new HashSet<>();
        List<Story> training = new ArrayList<>();
        RandomGenerator random = new SplittableRandom(seed);
        for (long bytes = 0; bytes < trainingBytes; ) {
            Story story = next(grammar, random, seen, s -> !isHeldOut(s));
            training.add(story);
            bytes += story.text().getBytes(StandardCharsets.UTF_8).length;
        }
        List<Story> heldOut = new ArrayList<>();
        RandomGenerator other = new SplittableRandom(seed + 1);
        while (heldOut.size() < heldOutStories) {
            heldOut.add(next(grammar, other, seen, Corpus::isHeldOut));
            heldOut.add(next(grammar, other, seen, s -> !isHeldOut(s)));
        }
        return new Corpus(training, heldOut);
    }

    /** Whether this combination of patterns is kept out of training: one in sixteen, chosen by checksum. */
    static boolean isHeldOut(Story story) {
        CRC32 sum = new CRC32();
        sum.update(story.combination().getBytes(StandardCharsets.UTF_8));
        return sum.getValue() % HELD_OUT_SHARE == 0;
    }

    private static Story next(StoryGrammar grammar, RandomGenerator random, Set<String> seen, Predicate<Story> wanted) {
        while (true) {
            Story story = StoryWriter.write(grammar, random);
            if (wanted.test(story) && seen.add(story.text())) {
                return story;
            }
        }
    }
}
