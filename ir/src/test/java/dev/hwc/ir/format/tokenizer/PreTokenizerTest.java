package dev.hwc.ir.format.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PreTokenizerTest {
    @ParameterizedTest
    @EnumSource(PreTokenizer.class)
    void piecesJoinedAreTheText(PreTokenizer preTokenizer) {
        for (long seed = 0; seed < 300; seed++) {
            String text = RandomText.of(new Random(seed));
            List<String> pieces = preTokenizer.split(text);
            assertEquals(text, String.join("", pieces), preTokenizer + " seed " + seed);
            assertTrue(text.isEmpty() || pieces.stream().noneMatch(String::isEmpty), preTokenizer + " seed " + seed);
        }
    }

    /** Pieces divided by '/'; spaces are written '_'. */
    @ParameterizedTest
    @CsvSource({
        "gpt-2, We'll_pay_1234_$$., We/'ll/_pay/_1234/_$$.",
        "gpt-2, a___b, a/__/_b",
        "starcoder, x_1234, x/_/1/2/3/4",
        "falcon, x_12345`, x/_/123/45/`",
        "default, x_12345!, x/_/123/45/!",
        "llama-bpe, WE'LL_pay_1234567., WE/'LL/_pay/_/123/456/7/.",
        "qwen2, (ab)_12, (ab/)/_/1/2",
        "deepseek-coder, ab_12(c), ab/_/1/2/(/c/)",
        "deepseek-llm, _ete_12, _ete/_/12",
        // a later pattern takes ':' to '~', letters among them, so it cuts words with others
        "deepseek-llm, \u00e9t\u00e9_12, \u00e9/t/\u00e9/_/12"
    })
    void wordsAreCutAsTheListSays(String name, String text, String pieces) {
        List<String> words = PreTokenizer.named(name).split(text.replace('_', ' '));
        assertEquals(pieces, String.join("/", words).replace(' ', '_'));
    }

    @Test
    void unknownListsAreRefusedByName() {
        IrException problem = assertThrows(IrException.class, () -> PreTokenizer.named("tekken"));
        assertTrue(
                String.valueOf(problem.getMessage())
                        .startsWith("pre-tokenizer 'tekken' is not supported; supported are default, gpt-2,"),
                problem.getMessage());
    }
}
