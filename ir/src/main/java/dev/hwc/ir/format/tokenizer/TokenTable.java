package dev.hwc.ir.format.tokenizer;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgufMetadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The tokens of a vocabulary as GGUF stores them, whatever its kind: texts and types by id. */
final class TokenTable {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final int NONE = -1;

    private final GgufMetadata metadata;
    private final String[] texts;
    private final TokenType[] types;
    private final Map<String, Integer> ids;

    private TokenTable(GgufMetadata metadata) {
        this.metadata = metadata;
        texts = metadata.texts(TOKENS);
        if (texts.length == 0) {
            throw metadata.error(TOKENS, "is empty; a tokenizer needs tokens");
        }
        types = types(metadata);
        ids = ids(texts);
    }

    /**
     * Reads the tokens.
     *
     * @throws IrException when arrays differ in length or hold values out of range
     */
    static TokenTable read(GgufMetadata metadata) {
        return new TokenTable(metadata);
    }

    private TokenType[] types(GgufMetadata metadata) {
        TokenType[] values = new TokenType[texts.length];
        Arrays.fill(values, TokenType.NORMAL);
        if (!metadata.contains(TYPES)) {
            return values;
        }
        int[] typeIds = metadata.ints(TYPES);
        checkLength(TYPES, typeIds.length);
        for (int i = 0; i < typeIds.length; i++) {
            int id = i;
            values[i] = TokenType.byId(typeIds[i])
                    .orElseThrow(() ->
                            metadata.error(TYPES, "is " + typeIds[id] + " for token " + id + "; allowed are 1 to 6"));
        }
        return values;
    }

    /** Of several tokens with one text the last has it, as in llama.cpp. */
    private static Map<String, Integer> ids(String[] texts) {
        Map<String, Integer> ids = HashMap.newHashMap(texts.length);
        for (int id = 0; id < texts.length; id++) {
            ids.put(texts[id], id);
        }
        return ids;
    }

    /** @throws IrException when an array under {@code key} does not have one entry per token */
    void checkLength(String key, int length) {
        if (length != texts.length) {
            throw metadata.error(key, "has " + length + " entries but there are " + texts.length + " tokens");
        }
    }

    /** The token id under a key of {@code tokenizer.ggml}, or {@code absent} (-1 when there is no such token). */
    int special(String key, int absent) {
        return metadata.integer("tokenizer.ggml." + key, 0, texts.length - 1, absent < texts.length ? absent : NONE);
    }

    int size() {
        return texts.length;
    }

    String text(int id) {
        return texts[id];
    }

    TokenType type(int id) {
        return types[id];
    }

    /** The token with exactly this text, or -1. */
    int id(String text) {
        return ids.getOrDefault(text, NONE);
    }

    /** @throws IrException when there is no such token */
    void checkId(int id) {
        if (id < 0 || id >= texts.length) {
            throw new IrException(
                    "token id " + id + " is outside the vocabulary; allowed are 0 to " + (texts.length - 1));
        }
    }
}
