package dev.hwc.host.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.host.HostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextScoreTest {
    /** ln(e + 15) − 1 for the expected token, ln(e + 15) for any other of the 16. */
    private static final double RIGHT = Math.log(Math.E + 15) - 1;

    @Test
    void isTheMeanNegativeLogProbabilityOfTheTrueTokens() {
        TextScore score = TextScore.of(new CountingModel(64, 1), new int[] {1, 2, 3, 9}, i -> {});
        assertEquals(3, score.scored());
        assertEquals((2 * RIGHT + RIGHT + 1) / 3, score.nll(), 1e-12);
        assertEquals(Math.exp(score.nll()), score.perplexity(), 1e-12);
    }

    @Test
    void longTextsAreScoredInChunksThatBeginWithTheFirstToken() {
        CountingModel model = new CountingModel(2, 1);
        List<Integer> progress = new ArrayList<>();
        TextScore score = TextScore.of(model, new int[] {1, 2, 3, 4, 5}, progress::add);
        assertEquals(List.of("[1]@0", "[2]@1", "[1]@0", "[4]@1"), model.steps);
        assertEquals(4, score.scored());
        assertEquals(List.of(1, 2, 3, 4), progress);
    }

    @Test
    void needsTwoTokens() {
        assertThrows(HostException.class, () -> TextScore.of(new CountingModel(2, 1), new int[] {1}, i -> {}));
    }
}
