package dev.hwc.demo.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.demo.corpus.Corpus;
import dev.hwc.demo.corpus.Story;
import java.util.List;
import org.junit.jupiter.api.Test;

class PiecesTest {
    private static final List<String> TEXTS =
            Corpus.write(5, 100_000, 2).training().stream().map(Story::text).toList();
    private static final Pieces PIECES = PieceTrainer.train(TEXTS, 600);

    @Test
    void hasExactlyTheSizeAskedFor() {
        assertEquals(600, PIECES.size());
    }

    @Test
    void decodingGivesTheTextBack() {
        for (String text : List.of(TEXTS.getFirst(), "caf\u00e9 \u20ac 42\nnew  line", "")) {
            assertEquals(text, PIECES.decode(PIECES.encode(text)));
        }
    }

    @Test
    void chunksGiveTheSamePiecesAsTheWholeText() {
        for (String text : TEXTS.subList(0, 20)) {
            assertArrayEquals(PIECES.encode(text), PIECES.encodeByChunk(text));
        }
    }

    @Test
    void laterPiecesHaveSmallerScores() {
        for (int id = Pieces.FIRST_TEXT + 1; id < PIECES.size(); id++) {
            assertTrue(PIECES.score(id) < PIECES.score(id - 1));
        }
    }
}
