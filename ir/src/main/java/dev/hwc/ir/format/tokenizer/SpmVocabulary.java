package dev.hwc.ir.format.tokenizer;

import dev.hwc.ir.format.gguf.GgufMetadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The tokens of a SentencePiece vocabulary as GGUF stores it. Spaces are written as U+2581 in the
 * token texts.
 */
final class SpmVocabulary {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final int NONE = -1;
    private static final int DEFAULT_BOS = 1;
    private static final int DEFAULT_EOS = 2;
    private static final int DEFAULT_UNKNOWN = 0;

    private final String[] texts;
    private final float[] scores;
    private final TokenType[] types;
    private final Map<String, Integer> ids;
    private final int[] byteIds;
    private final int bos;
    private final int eos;
    private final boolean addBos;
    private final boolean addSpacePrefix;

    private SpmVocabulary(GgufMetadata metadata) {
        texts = metadata.texts(TOKENS);
        if (texts.length == 0) {
            throw metadata.error(TOKENS, "is empty; a tokenizer needs tokens");
        }
        scores = scores(metadata);
        types = types(metadata);
        ids = ids(texts);
        bos = tokenId(metadata, "tokenizer.ggml.bos_token_id", DEFAULT_BOS);
        eos = tokenId(metadata, "tokenizer.ggml.eos_token_id", DEFAULT_EOS);
        byteIds = byteIds(tokenId(metadata, "tokenizer.ggml.unknown_token_id", DEFAULT_UNKNOWN));
        addBos = metadata.bool("tokenizer.ggml.add_bos_token", true);
        addSpacePrefix = metadata.bool("tokenizer.ggml.add_space_prefix", true);
    }

    /**
     * Reads a vocabulary.
     *
     * @throws dev.hwc.ir.IrException when arrays differ in length or hold values out of range
     */
    static SpmVocabulary read(GgufMetadata metadata) {
        return new SpmVocabulary(metadata);
    }

    private float[] scores(GgufMetadata metadata) {
        float[] values = metadata.contains(SCORES) ? metadata.floats(SCORES) : new float[texts.length];
        checkLength(metadata, SCORES, values.length);
        for (int id = 0; id < values.length; id++) {
            if (Float.isNaN(values[id])) {
                throw metadata.error(SCORES, "is NaN for token " + id + "; scores must be ordered");
            }
        }
        return values;
    }

    private TokenType[] types(GgufMetadata metadata) {
        TokenType[] values = new TokenType[texts.length];
        Arrays.fill(values, TokenType.NORMAL);
        if (!metadata.contains(TYPES)) {
            return values;
        }
        int[] typeIds = metadata.ints(TYPES);
        checkLength(metadata, TYPES, typeIds.length);
        for (int i = 0; i < typeIds.length; i++) {
            int id = i;
            values[i] = TokenType.byId(typeIds[i])
                    .orElseThrow(() ->
                            metadata.error(TYPES, "is " + typeIds[id] + " for token " + id + "; allowed are 1 to 6"));
        }
        return values;
    }

    private void checkLength(GgufMetadata metadata, String key, int length) {
        if (length != texts.length) {
            throw metadata.error(key, "has " + length + " entries but there are " + texts.length + " tokens");
        }
    }

    private int tokenId(GgufMetadata metadata, String key, int absent) {
        return metadata.integer(key, 0, texts.length - 1, absent < texts.length ? absent : NONE);
    }

    /** Of several tokens with one text the last has it, as in llama.cpp. */
    private static Map<String, Integer> ids(String[] texts) {
        Map<String, Integer> ids = HashMap.newHashMap(texts.length);
        for (int id = 0; id < texts.length; id++) {
            ids.put(texts[id], id);
        }
        return ids;
    }

    /** For each byte its token {@code <0xXX>}, else the token of that character, else unknown. */
    private int[] byteIds(int unknown) {
        int[] byByte = new int[256];
        for (int value = 0; value < 256; value++) {
            int asCharacter = value < 128 ? id(Character.toString(value)) : NONE;
            int fallback = asCharacter == NONE ? unknown : asCharacter;
            byByte[value] = ids.getOrDefault(String.format("<0x%02X>", value), fallback);
        }
        return byByte;
    }

    int size() {
        return texts.length;
    }

    String text(int id) {
        return texts[id];
    }

    float score(int id) {
        return scores[id];
    }

    TokenType type(int id) {
        return types[id];
    }

    /** The token with exactly this text, or -1. */
    int id(String text) {
        return ids.getOrDefault(text, NONE);
    }

    /** The token that stands for one byte, or -1 when the vocabulary has not even an unknown token. */
    int byteId(byte value) {
        return byteIds[value & 0xFF];
    }

    int bos() {
        return bos;
    }

    int eos() {
        return eos;
    }

    boolean addBos() {
        return addBos;
    }

    boolean addSpacePrefix() {
        return addSpacePrefix;
    }
}
