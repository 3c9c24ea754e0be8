package dev.hwc.ir.format.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.gguf.GgufMetadata;
import dev.hwc.ir.format.gguf.GgufValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordPieceTokenizerTest {
    private static final List<String> TOKENS = List.of("[UNK]", "[CLS]", "\u2581un", "able", "\u2581a", "b", "\u2581!");

    private static Map<String, GgufValue> values() {
        Map<String, GgufValue> values = new LinkedHashMap<>();
        values.put("tokenizer.ggml.tokens", GgufValue.texts(TOKENS));
        values.put("tokenizer.ggml.token_type", GgufValue.ints(new int[] {2, 3, 1, 1, 1, 1, 1}));
        values.put("tokenizer.ggml.unknown_token_id", GgufValue.u32(0));
        values.put("tokenizer.ggml.cls_token_id", GgufValue.u32(1));
        return values;
    }

    private static Tokenizer tokenizer(Map<String, GgufValue> values) {
        return new WordPieceTokenizer(new GgufMetadata("test", values));
    }

    @Test
    void cutsWordsIntoTheLongestTokensOrElseIntoUnknown() {
        Tokenizer tokenizer = tokenizer(values());
        assertArrayEquals(new int[] {2, 3, 6, 4, 5}, tokenizer.encode("UNABLE! Ab", false));
        assertArrayEquals(new int[] {0, 4}, tokenizer.encode("unx a", false));
        assertArrayEquals(new int[] {1, 4}, tokenizer.encode("a", true));
    }

    @Test
    void needsAnUnknownToken() {
        Map<String, GgufValue> values = values();
        values.remove("tokenizer.ggml.unknown_token_id");
        assertThrows(IrException.class, () -> tokenizer(values));
    }

    @Test
    void wordsLoseCaseAndAccentsAndControlCharacters() {
        assertEquals(List.of("etat", "x"), BertWords.of("\u00c9ta\u0000t\u00a0\u200bX"));
        assertEquals(List.of("a", "+", "b", "\u4f60", "\u597d", "\u20ac5"), BertWords.of("a+b\u4f60\u597d \u20ac5"));
    }

    /** Decoding gives one space between words, so words that are known come back as they were. */
    @Test
    void knownWordsSurviveTheRoundTrip() {
        try (GgufFile file = GgufFile.open(SharedData.model("vocab/ggml-vocab-bert-bge.gguf"))) {
            Tokenizer tokenizer = Tokenizers.of(file);
            List<String> words = List.of("the", "small", "accelerator", "multiplies", "12", "!", "quantized", "\u4e00");
            for (long seed = 0; seed < 200; seed++) {
                String text = String.join(
                        " ",
                        new Random(seed)
                                .ints(12, 0, words.size())
                                .mapToObj(words::get)
                                .toList());
                assertEquals(text, tokenizer.decode(tokenizer.encode(text, true)), "seed " + seed);
            }
        }
    }
}
