package dev.hwc.ir.format.tokenizer;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/**
 * WordPiece ({@code tokenizer.ggml.model} = "bert"): words as {@link BertWords} makes them, each cut
 * into the longest tokens from the left; a word that cannot be cut is one unknown token. In GGUF the
 * first token of a word begins with U+2581, which is a space in the text. Decoding gives the words
 * back, in lower case and without accents, with a space before each.
 */
final class WordPieceTokenizer implements Tokenizer {
    private static final char WORD_MARK = '\u2581';
    private static final byte[] NOTHING = {};

    private final TokenTable tokens;
    private final int longest;
    private final int bos;
    private final int eos;
    private final int unknown;

    /**
     * Reads a vocabulary.
     *
     * @throws IrException when it is inconsistent or has no unknown token
     */
    WordPieceTokenizer(GgufMetadata metadata) {
        tokens = TokenTable.read(metadata);
        longest = IntStream.range(0, tokens.size())
                .map(id -> tokens.text(id).length())
                .max()
                .orElse(0);
        bos = tokens.special("cls_token_id", tokens.special("bos_token_id", -1));
        // The misspelt key is the one that older files have.
        eos = tokens.special("separator_token_id", tokens.special("seperator_token_id", -1));
        unknown = tokens.special("unknown_token_id", -1);
        if (unknown < 0) {
            throw metadata.error("tokenizer.ggml.unknown_token_id", "is missing; WordPiece needs an unknown token");
        }
    }

    @Override
    public int[] encode(String text, boolean addBos) {
        IntStream.Builder ids = IntStream.builder();
        if (addBos && bos >= 0) {
            ids.add(bos);
        }
        words(text, ids);
        return ids.build().toArray();
    }

    @Override
    public int[] encodeMarked(String text) {
        IntStream.Builder ids = IntStream.builder();
        for (UserTokens.Fragment fragment : UserTokens.andControl(tokens).fragments(text)) {
            if (fragment.isToken()) {
                ids.add(fragment.token());
            } else {
                words(fragment.text(), ids);
            }
        }
        return ids.build().toArray();
    }

    private void words(String text, IntStream.Builder ids) {
        for (String word : BertWords.of(text)) {
            cut(WORD_MARK + word).forEach(ids::add);
        }
    }

    private IntStream cut(String word) {
        IntStream.Builder ids = IntStream.builder();
        for (int from = 0; from < word.length(); ) {
            int to = Math.min(word.length(), from + longest);
            while (to > from && tokens.id(word.substring(from, to)) < 0) {
                to--;
            }
            if (to == from) {
                return IntStream.of(unknown);
            }
            ids.add(tokens.id(word.substring(from, to)));
            from = to;
        }
        return ids.build();
    }

    @Override
    public byte[] piece(int id) {
        tokens.checkId(id);
        return switch (tokens.type(id)) {
            case NORMAL, USER_DEFINED, BYTE ->
                tokens.text(id).replace(WORD_MARK, ' ').getBytes(StandardCharsets.UTF_8);
            case UNKNOWN, CONTROL, UNUSED -> NOTHING;
        };
    }

    @Override
    public boolean addsSpacePrefix() {
        return true;
    }

    @Override
    public int bos() {
        return bos;
    }

    @Override
    public int eos() {
        return eos;
    }

    @Override
    public int vocabularySize() {
        return tokens.size();
    }
}
