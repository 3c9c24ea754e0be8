package dev.hwc.demo.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CorpusTest {
    private static final Pattern LEFT_OVER = Pattern.compile("[{}<>\\[\\]|]|\\b(\\w+) \\1\\b|  | [,.!?]");
    private static final Corpus CORPUS = Corpus.write(9, 1_000_000, 40);

    @Test
    void sameSeedGivesTheSameText() {
        assertEquals(CORPUS, Corpus.write(9, 1_000_000, 40));
    }

    @Test
    void noNotationIsLeftInAStory() {
        Stream.concat(CORPUS.training().stream(), CORPUS.heldOut().stream())
                .forEach(story -> assertFalse(LEFT_OVER.matcher(story.text()).find(), story.text()));
    }

    @Test
    void heldOutStoriesAreNotInTraining() {
        Set<String> training =
                CORPUS.training().stream().map(Story::text).collect(Collectors.toCollection(HashSet::new));
        CORPUS.heldOut().forEach(story -> assertFalse(training.contains(story.text())));
    }

    @Test
    void everySecondHeldOutStoryHasANewCombination() {
        for (int i = 0; i < CORPUS.heldOut().size(); i++) {
            assertEquals(i % 2 == 0, Corpus.isHeldOut(CORPUS.heldOut().get(i)));
        }
        assertTrue(CORPUS.training().stream().noneMatch(Corpus::isHeldOut));
    }
}
