package dev.hwc.ir.format.tokenizer;

import dev.hwc.ir.IrException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The SentencePiece tokenizer of llama-family files ({@code tokenizer.ggml.model} = "llama"), with
 * llama.cpp's rules: user-defined tokens are cut out of the text first, the longest first; each
 * remaining fragment gets a space in front when it begins the text or follows such a token; spaces
 * become U+2581; {@link SpmMerger} does the rest.
 */
public final class SpmTokenizer implements Tokenizer {
    private static final char SPACE_MARK = '\u2581';
    private static final byte[] NOTHING = {};

    private final SpmVocabulary vocabulary;
    private final int[] userDefined;

    SpmTokenizer(SpmVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        userDefined = IntStream.range(0, vocabulary.size())
                .filter(id -> vocabulary.type(id) == TokenType.USER_DEFINED)
                .filter(id -> !vocabulary.text(id).isEmpty())
                .boxed()
                .sorted(Comparator.comparingInt((Integer id) -> utf8(vocabulary.text(id)).length)
                        .reversed())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @Override
    public int[] encode(String text, boolean addBos) {
        IntStream.Builder ids = IntStream.builder();
        if (addBos && vocabulary.addBos() && bos() >= 0) {
            ids.add(bos());
        }
        boolean afterToken = true;
        for (Fragment fragment : fragments(text)) {
            if (fragment.token >= 0) {
                ids.add(fragment.token);
                afterToken = true;
            } else {
                merge(fragment.text, afterToken, ids);
                afterToken = false;
            }
        }
        return ids.build().toArray();
    }

    private void merge(String text, boolean afterToken, IntStream.Builder ids) {
        String prefixed = afterToken && vocabulary.addSpacePrefix() ? " " + text : text;
        new SpmMerger(vocabulary, prefixed.replace(' ', SPACE_MARK)).run(id -> {
            if (id < 0) {
                throw new IrException(
                        "text cannot be tokenized: the vocabulary has neither byte tokens nor an" + " unknown token");
            }
            ids.add(id);
        });
    }

    /** Plain text, or a token when {@code token} is not negative. */
    private record Fragment(String text, int token) {}

    private List<Fragment> fragments(String text) {
        List<Fragment> fragments = text.isEmpty() ? List.of() : List.of(new Fragment(text, -1));
        for (int id : userDefined) {
            List<Fragment> cut = new ArrayList<>();
            for (Fragment fragment : fragments) {
                cutOut(id, fragment, cut);
            }
            fragments = cut;
        }
        return fragments;
    }

    private void cutOut(int id, Fragment fragment, List<Fragment> output) {
        if (fragment.token >= 0) {
            output.add(fragment);
            return;
        }
        String token = vocabulary.text(id);
        int from = 0;
        for (int at = fragment.text.indexOf(token); at >= 0; at = fragment.text.indexOf(token, from)) {
            addText(fragment.text.substring(from, at), output);
            output.add(new Fragment(token, id));
            from = at + token.length();
        }
        addText(fragment.text.substring(from), output);
    }

    private static void addText(String text, List<Fragment> output) {
        if (!text.isEmpty()) {
            output.add(new Fragment(text, -1));
        }
    }

    @Override
    public String decode(int[] ids) {
        TokenStreamDecoder decoder = new TokenStreamDecoder(this);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.push(id));
        }
        return text.append(decoder.flush()).toString();
    }

    @Override
    public byte[] piece(int id) {
        if (id < 0 || id >= vocabulary.size()) {
            throw new IrException(
                    "token id " + id + " is outside the vocabulary; allowed are 0 to " + (vocabulary.size() - 1));
        }
        return switch (vocabulary.type(id)) {
            case NORMAL -> utf8(vocabulary.text(id).replace(SPACE_MARK, ' '));
            case USER_DEFINED -> utf8(vocabulary.text(id));
            case BYTE -> byteOf(vocabulary.text(id));
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
        return vocabulary.size();
    }
}
