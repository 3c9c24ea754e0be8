package dev.hwc.ir.format.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.gguf.GgufMetadata;
import dev.hwc.ir.format.gguf.GgufValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rules of the tokenizer on small vocabularies, and round trips of random text. */
class SpmTokenizerTest {
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    /** Builds a vocabulary: unknown, BOS, EOS, then what a test adds. */
    private static final class Vocabulary {
        private final List<String> texts = new ArrayList<>();
        private final List<Float> scores = new ArrayList<>();
        private final List<Integer> types = new ArrayList<>();
        private final Map<String, GgufValue> extra = new LinkedHashMap<>();

        Vocabulary() {
            add("<unk>", 0, UNKNOWN).add("<s>", 0, CONTROL).add("</s>", 0, CONTROL);
        }

        Vocabulary add(String text, float score, int type) {
            texts.add(text);
            scores.add(score);
            types.add(type);
            return this;
        }

        Vocabulary set(String key, boolean value) {
            extra.put("tokenizer.ggml." + key, GgufValue.bool(value));
            return this;
        }

        int id(String text) {
            return texts.indexOf(text);
        }

        Tokenizer build() {
            float[] scoreArray = new float[scores.size()];
            for (int i = 0; i < scoreArray.length; i++) {
                scoreArray[i] = scores.get(i);
            }
            Map<String, GgufValue> values = new LinkedHashMap<>(extra);
            values.put("tokenizer.ggml.tokens", GgufValue.texts(texts));
            values.put("tokenizer.ggml.scores", GgufValue.floats(scoreArray));
            values.put(
                    "tokenizer.ggml.token_type",
                    GgufValue.ints(types.stream().mapToInt(Integer::intValue).toArray()));
            return new SpmTokenizer(SpmVocabulary.read(new GgufMetadata("test", values)));
        }
    }

    private static Vocabulary letters() {
        Vocabulary vocabulary = new Vocabulary();
        for (String letter : List.of("\u2581", "a", "b", "c")) {
            vocabulary.add(letter, -10, NORMAL);
        }
        return vocabulary;
    }

    @Test
    void mergesTheHighestScoreFirst() {
        Vocabulary v = letters().add("ab", -2, NORMAL).add("bc", -1, NORMAL).set("add_space_prefix", false);
        assertArrayEquals(new int[] {v.id("a"), v.id("bc")}, v.build().encode("abc", false));
    }

    @Test
    void mergesTheLeftmostOfEqualScores() {
        Vocabulary v = letters().add("ab", -1, NORMAL).add("bc", -1, NORMAL).set("add_space_prefix", false);
        assertArrayEquals(new int[] {v.id("ab"), v.id("c")}, v.build().encode("abc", false));
    }

    @Test
    void writesUnknownCharactersAsBytesOrElseAsUnknown() {
        Vocabulary v = letters().add("<0xC3>", 0, 6).set("add_space_prefix", false);
        assertArrayEquals(new int[] {v.id("<0xC3>"), 0}, v.build().encode("\u00e9", false));
    }

    @Test
    void cutsOutUserDefinedTokensLongestFirstButNotControlTokens() {
        Vocabulary v = letters()
                .add("<a>", 0, USER_DEFINED)
                .add("<a><b>", 0, USER_DEFINED)
                .add("<", -10, NORMAL)
                .add("/", -10, NORMAL)
                .add("s", -10, NORMAL)
                .add(">", -10, NORMAL);
        int space = v.id("\u2581");
        Tokenizer tokenizer = v.build();
        assertArrayEquals(
                new int[] {space, v.id("b"), v.id("<a>"), space, v.id("c"), v.id("<a><b>")},
                tokenizer.encode("b<a>c<a><b>", false));
        assertArrayEquals(
                new int[] {space, v.id("<"), v.id("/"), v.id("s"), v.id(">")}, tokenizer.encode("</s>", false));
    }

    @Test
    void addsBosOnlyWhereAskedAndWanted() {
        assertArrayEquals(new int[] {1}, letters().build().encode("", true));
        assertArrayEquals(new int[0], letters().build().encode("", false));
        assertArrayEquals(
                new int[0], letters().set("add_bos_token", false).build().encode("", true));
    }

    @Test
    void decodeDropsTheSpaceOnlyAfterBos() {
        Vocabulary v = letters();
        int space = v.id("\u2581");
        int a = v.id("a");
        Tokenizer tokenizer = v.build();
        assertEquals("a", tokenizer.decode(new int[] {1, space, a}));
        assertEquals(" a", tokenizer.decode(new int[] {1, space, space, a}));
        assertEquals(" a", tokenizer.decode(new int[] {space, a}));
        assertEquals("a a", tokenizer.decode(new int[] {a, 1, space, a, 2}));
        Tokenizer plain = letters().set("add_space_prefix", false).build();
        assertEquals(" a", plain.decode(new int[] {1, space, a}));
    }

    @Test
    void refusesIdsOutsideTheVocabulary() {
        Tokenizer tokenizer = letters().build();
        assertThrows(IrException.class, () -> tokenizer.piece(-1));
        assertThrows(IrException.class, () -> tokenizer.decode(new int[] {tokenizer.vocabularySize()}));
    }

    @Test
    void randomTextSurvivesTheRoundTrip() {
        for (String model : List.of("stories260K/stories260K-f32.gguf", "vocab/ggml-vocab-llama-spm.gguf")) {
            try (GgufFile file = GgufFile.open(SharedData.model(model))) {
                Tokenizer tokenizer = Tokenizers.of(file);
                for (long seed = 0; seed < 500; seed++) {
                    String text = RandomText.of(new Random(seed));
                    int[] ids = tokenizer.encode(text, true);
                    assertEquals(tokenizer.bos(), ids[0]);
                    assertEquals(text, tokenizer.decode(ids), model + " seed " + seed);
                }
            }
        }
    }

    @Test
    void longTextTakesLinearithmicTime() {
        try (GgufFile file = GgufFile.open(SharedData.model("stories260K/stories260K-f32.gguf"))) {
            Tokenizer tokenizer = Tokenizers.of(file);
            String text = "the little girl went to the park and ".repeat(10_000);
            long started = System.nanoTime();
            int[] ids = tokenizer.encode(text, true);
            long milliseconds = (System.nanoTime() - started) / 1_000_000;
            assertEquals(text, tokenizer.decode(ids));
            assertTrue(milliseconds < 10_000, "took " + milliseconds + " ms");
        }
    }
}
