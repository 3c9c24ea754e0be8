package dev.hwc.ir.format.tokenizer;

import dev.hwc.ir.IrException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/**
 * The SentencePiece tokenizer of llama-family files ({@code tokenizer.ggml.model} = "llama"), with
 * llama.cpp's rules: user-defined tokens are cut out of the text first; each remaining fragment gets
 * a space in front when it begins the text or follows such a token; spaces become U+2581; {@link
 * PairMerger} joins the pair with the highest score first; what is no token in the end is written
 * byte by byte.
 */
public final class SpmTokenizer implements Tokenizer {
    private static final char SPACE_MARK = '\u2581';
    private static final byte[] NOTHING = {};

    private final SpmVocabulary vocabulary;
    private final TokenTable tokens;
    private final UserTokens userTokens;

    SpmTokenizer(SpmVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        tokens = vocabulary.tokens();
        userTokens = new UserTokens(tokens);
    }

    @Override
    public int[] encode(String text, boolean addBos) {
        IntStream.Builder ids = IntStream.builder();
        if (addBos && vocabulary.addBos() && bos() >= 0) {
            ids.add(bos());
        }
        fragments(userTokens, text, ids);
        return ids.build().toArray();
    }

    @Override
    public int[] encodeMarked(String text) {
        IntStream.Builder ids = IntStream.builder();
        fragments(UserTokens.andControl(tokens), text, ids);
        return ids.build().toArray();
    }

    private void fragments(UserTokens cut, String text, IntStream.Builder ids) {
        boolean afterToken = true;
        for (UserTokens.Fragment fragment : cut.fragments(text)) {
            if (fragment.isToken()) {
                ids.add(fragment.token());
            } else {
                merge(fragment.text(), afterToken, ids);
            }
            afterToken = fragment.isToken();
        }
    }

    private void merge(String text, boolean afterToken, IntStream.Builder ids) {
        String prefixed = afterToken && vocabulary.addSpacePrefix() ? " " + text : text;
        new PairMerger(vocabulary::order, prefixed.replace(' ', SPACE_MARK)).run(symbol -> emit(symbol, ids));
    }

    private void emit(String symbol, IntStream.Builder ids) {
        int id = tokens.id(symbol);
        if (id >= 0) {
            ids.add(id);
            return;
        }
        for (byte value : utf8(symbol)) {
            int byteId = vocabulary.byteId(value);
            if (byteId < 0) {
                throw new IrException(
                        "text cannot be tokenized: the vocabulary has neither byte tokens nor an unknown token");
            }
            ids.add(byteId);
        }
    }

    @Override
    public byte[] piece(int id) {
        tokens.checkId(id);
        return switch (tokens.type(id)) {
            case NORMAL -> utf8(tokens.text(id).replace(SPACE_MARK, ' '));
            case USER_DEFINED -> utf8(tokens.text(id));
            case BYTE -> byteOf(tokens.text(id));
            case UNKNOWN, CONTROL, UNUSED -> NOTHING;
        };
    }

    private static byte[] byteOf(String text) {
        if (text.matches("<0x[0-9A-Fa-f]{2}>")) {
            return new byte[] {(byte) Integer.parseInt(text.substring(3, 5), 16)};
        }
        return utf8(text);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean addsSpacePrefix() {
        return vocabulary.addSpacePrefix();
    }

    @Override
    public int bos() {
        return vocabulary.bos();
    }

    @Override
    public int eos() {
        return vocabulary.eos();
    }

    @Override
    public int vocabularySize() {
        return tokens.size();
    }
}
