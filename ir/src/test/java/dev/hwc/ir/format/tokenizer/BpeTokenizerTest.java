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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BpeTokenizerTest {
    private static Map<String, GgufValue> values(List<String> tokens, List<String> merges) {
        Map<String, GgufValue> values = new LinkedHashMap<>();
        values.put("tokenizer.ggml.tokens", GgufValue.texts(tokens));
        values.put("tokenizer.ggml.merges", GgufValue.texts(merges));
        values.put("tokenizer.ggml.pre", GgufValue.text("gpt-2"));
        return values;
    }

    private static Tokenizer tokenizer(Map<String, GgufValue> values) {
        return new BpeTokenizer(new GgufMetadata("test", values));
    }

    @Test
    void joinsTheFirstPairOfTheListFirst() {
        List<String> tokens = List.of("a", "b", "c", "ab", "bc", "abc");
        assertArrayEquals(
                new int[] {0, 4},
                tokenizer(values(tokens, List.of("b c", "a b"))).encode("abc", false));
        assertArrayEquals(
                new int[] {3, 2},
                tokenizer(values(tokens, List.of("a b", "b c"))).encode("abc", false));
        assertArrayEquals(
                new int[] {5}, tokenizer(values(tokens, List.of("a b", "ab c"))).encode("abc", false));
    }

    @Test
    void aMergeThatIsNoTokenIsWrittenByteByByteAndUnknownBytesAreLeftOut() {
        Tokenizer tokenizer = tokenizer(values(List.of("a", "b"), List.of("a b")));
        assertArrayEquals(new int[] {0, 1}, tokenizer.encode("ab", false));
        assertArrayEquals(new int[] {0, 1}, tokenizer.encode("axb", false));
    }

    @Test
    void llama3KeepsWordsThatAreTokens() {
        Map<String, GgufValue> values = values(List.of("a", "b", "ab", "bos"), List.of());
        assertArrayEquals(new int[] {0, 1}, tokenizer(values).encode("ab", true));
        values.put("tokenizer.ggml.pre", GgufValue.text("llama-bpe"));
        values.put("tokenizer.ggml.bos_token_id", GgufValue.u32(3));
        assertArrayEquals(new int[] {3, 2}, tokenizer(values).encode("ab", true));
    }

    @Test
    void refusesMergesThatAreNoPair() {
        for (String merge : List.of("", "a", "a ", " a")) {
            IrException problem = assertThrows(
                    IrException.class, () -> tokenizer(values(List.of("a"), List.of(merge))), "'" + merge + "'");
            assertTrue(String.valueOf(problem.getMessage()).contains("tokenizer.ggml.merges"), problem.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-2", "mpt", "starcoder", "refact", "falcon", "deepseek-coder", "deepseek-llm"})
    void randomTextSurvivesTheRoundTrip(String vocabulary) {
        try (GgufFile file = GgufFile.open(SharedData.model("vocab/ggml-vocab-" + vocabulary + ".gguf"))) {
            Tokenizer tokenizer = Tokenizers.of(file);
            BitSet bytes = bytes(tokenizer);
            for (long seed = 0; seed < 300; seed++) {
                String text = known(RandomText.of(new Random(seed)), bytes);
                assertEquals(text, tokenizer.decode(tokenizer.encode(text, false)), vocabulary + " seed " + seed);
            }
        }
    }

    /** The bytes that are tokens. */
    private static BitSet bytes(Tokenizer tokenizer) {
        BitSet bytes = new BitSet(256);
        for (int id = 0; id < tokenizer.vocabularySize(); id++) {
            byte[] piece = tokenizer.piece(id);
            if (piece.length == 1) {
                bytes.set(piece[0] & 0xFF);
            }
        }
        return bytes;
    }

    /** The text without the characters that the vocabulary cannot write. */
    private static String known(String text, BitSet bytes) {
        StringBuilder known = new StringBuilder();
        text.codePoints().mapToObj(Character::toString).forEach(character -> {
            byte[] utf8 = character.getBytes(StandardCharsets.UTF_8);
            if (IntStream.range(0, utf8.length).allMatch(i -> bytes.get(utf8[i] & 0xFF))) {
                known.append(character);
            }
        });
        return known.toString();
    }

    /** As large as the vocabularies of Qwen 2 and Llama 3. */
    @Test
    void aVocabularyOf150000TokensLoadsWithinTwoSeconds() {
        List<String> tokens = new ArrayList<>();
        List<String> merges = new ArrayList<>();
        for (char c = 'a'; c <= 'z'; c++) {
            tokens.add(String.valueOf(c));
        }
        for (int i = 0; tokens.size() < 150_000; i++) {
            merges.add(tokens.get(i / 26) + " " + tokens.get(i % 26));
            tokens.add(tokens.get(i / 26) + tokens.get(i % 26));
        }
        Map<String, GgufValue> values = values(tokens, merges);
        long started = System.nanoTime();
        Tokenizer tokenizer = tokenizer(values);
        int[] ids = tokenizer.encode(
                "the little girl went to the park ".repeat(1000).replace(" ", ""), false);
        long milliseconds = (System.nanoTime() - started) / 1_000_000;
        assertEquals(150_000, tokenizer.vocabularySize());
        assertTrue(ids.length < 15_000, "only " + ids.length);
        assertTrue(milliseconds < 2_000, "took " + milliseconds + " ms");
    }
}
