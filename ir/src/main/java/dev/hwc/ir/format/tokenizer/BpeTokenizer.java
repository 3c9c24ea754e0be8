package dev.hwc.ir.format.tokenizer;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Byte-level BPE ({@code tokenizer.ggml.model} = "gpt2"): user-defined tokens are cut out of the
 * text, {@link PreTokenizer} cuts the rest into words, each word is written in the alphabet of {@link
 * ByteLevel}, and {@link PairMerger} joins the pairs of the list of merges, the first of the list
 * first. Bytes that the vocabulary lacks (Falcon has no vertical tab, for example) are left out, as in
 * llama.cpp.
 */
final class BpeTokenizer implements Tokenizer {
    private static final String MERGES = "tokenizer.ggml.merges";
    private static final String PRE = "tokenizer.ggml.pre";
    private static final byte[] NOTHING = {};

    private final TokenTable tokens;
    private final UserTokens userTokens;
    private final PreTokenizer preTokenizer;
    private final Map<String, Integer> ranks;
    private final int bos;
    private final int eos;
    private final boolean addBos;

    /**
     * Reads a vocabulary.
     *
     * @throws IrException when it is inconsistent or its pre-tokenizer is not supported
     */
    BpeTokenizer(GgufMetadata metadata) {
        tokens = TokenTable.read(metadata);
        userTokens = new UserTokens(tokens);
        preTokenizer = preTokenizer(metadata);
        ranks = ranks(metadata);
        bos = tokens.special("bos_token_id", -1);
        eos = tokens.special("eos_token_id", -1);
        addBos = metadata.bool("tokenizer.ggml.add_bos_token", preTokenizer == PreTokenizer.LLAMA3);
    }

    private static PreTokenizer preTokenizer(GgufMetadata metadata) {
        try {
            return PreTokenizer.named(metadata.text(PRE, "default"));
        } catch (IrException e) {
            throw metadata.error(PRE, "is unknown: " + e.getMessage());
        }
    }

    /** Place in the list by "left right"; neither part is empty. */
    private static Map<String, Integer> ranks(GgufMetadata metadata) {
        String[] merges = metadata.texts(MERGES);
        Map<String, Integer> ranks = HashMap.newHashMap(merges.length);
        for (int rank = 0; rank < merges.length; rank++) {
            int space = merges[rank].indexOf(' ', 1);
            if (space < 0 || space == merges[rank].length() - 1) {
                throw metadata.error(
                        MERGES, "has '" + merges[rank] + "' at index " + rank + "; needed are two symbols");
            }
            ranks.put(merges[rank], rank);
        }
        return ranks;
    }

    @Override
    public int[] encode(String text, boolean addBos) {
        IntStream.Builder ids = IntStream.builder();
        if (addBos && this.addBos && bos >= 0) {
            ids.add(bos);
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
        for (UserTokens.Fragment fragment : cut.fragments(text)) {
            if (fragment.isToken()) {
                ids.add(fragment.token());
            } else {
                preTokenizer.split(fragment.text()).forEach(word -> word(ByteLevel.write(word), ids));
            }
        }
    }

    private void word(String word, IntStream.Builder ids) {
        if (preTokenizer.keepsWholeTokens() && tokens.id(word) >= 0) {
            ids.add(tokens.id(word));
        } else {
            new PairMerger(this::order, word).run(symbol -> emit(symbol, ids));
        }
    }

    private double order(String left, String right) {
        Integer rank = ranks.get(left + ' ' + right);
        return rank == null ? Double.NaN : rank;
    }

    /** A symbol, or its bytes where a merge made what is no token; bytes without a token are left out. */
    private void emit(String symbol, IntStream.Builder ids) {
        int id = tokens.id(symbol);
        if (id >= 0) {
            ids.add(id);
            return;
        }
        symbol.codePoints()
                .map(character -> tokens.id(Character.toString(character)))
                .filter(byteId -> byteId >= 0)
                .forEach(ids::add);
    }

    @Override
    public byte[] piece(int id) {
        tokens.checkId(id);
        return switch (tokens.type(id)) {
            case NORMAL, BYTE -> ByteLevel.read(tokens.text(id));
            case USER_DEFINED -> tokens.text(id).getBytes(StandardCharsets.UTF_8);
            case UNKNOWN, CONTROL, UNUSED -> NOTHING;
        };
    }

    @Override
    public boolean addsSpacePrefix() {
        return false;
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
