package dev.hwc.ir.format.tokenizer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of a text as uncased BERT sees them: characters lose their accents (the first character
 * of their canonical decomposition stays) and their case, white space separates, punctuation, ASCII
 * symbols and Chinese characters are words of their own, control characters vanish. Source: BERT's
 * basic tokenizer, as in llama.cpp's llm_tokenizer_wpm.
 */
final class BertWords {
    private static final int REPLACEMENT = 0xFFFD;

    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();

    private BertWords() {}

    /** The words in order; none is empty. */
    static List<String> of(String text) {
        BertWords words = new BertWords();
        text.codePoints().map(BertWords::withoutAccent).forEach(words::add);
        words.endWord();
        return words.words;
    }

    private static int withoutAccent(int character) {
        return Normalizer.normalize(Character.toString(character), Normalizer.Form.NFD)
                .codePointAt(0);
    }

    private void add(int character) {
        if (isWhiteSpace(character)) {
            endWord();
        } else if (isAlone(character)) {
            endWord();
            words.add(Character.toString(Character.toLowerCase(character)));
        } else if (character != 0 && character != REPLACEMENT && !isControl(character)) {
            word.appendCodePoint(Character.toLowerCase(character));
        }
    }

    private void endWord() {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static boolean isWhiteSpace(int character) {
        return Character.isSpaceChar(character) || (character >= '\t' && character <= '\r') || character == 0x85;
    }

    private static boolean isControl(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static boolean isAlone(int character) {
        return switch (Character.getType(character)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            case Character.MATH_SYMBOL, Character.CURRENCY_SYMBOL, Character.MODIFIER_SYMBOL, Character.OTHER_SYMBOL ->
                character < 0x7F;
            default -> isChinese(character);
        };
    }

    private static boolean isChinese(int c) {
        return (c >= 0x4E00 && c <= 0x9FFF)
                || (c >= 0x3400 && c <= 0x4DBF)
                || (c >= 0x20000 && c <= 0x2A6DF)
                || (c >= 0x2A700 && c <= 0x2B81F)
                || (c >= 0x2B920 && c <= 0x2CEAF)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0x2F800 && c <= 0x2FA1F);
    }
}
