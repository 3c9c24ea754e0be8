package dev.hwc.ir.format.tokenizer;

import dev.hwc.ir.format.gguf.GgufMetadata;

/**
 * A SentencePiece vocabulary as GGUF stores it: tokens with scores. Spaces are written as U+2581 in
 * the token texts.
 */
final class SpmVocabulary {
    private static final String SCORES = "tokenizer.ggml.scores";
    private static final int NONE = -1;
    private static final int DEFAULT_BOS = 1;
    private static final int DEFAULT_EOS = 2;
    private static final int DEFAULT_UNKNOWN = 0;

    private final TokenTable tokens;
    private final float[] scores;
    private final int[] byteIds;
    private final int bos;
    private final int eos;
    private final boolean addBos;
    private final boolean addSpacePrefix;

    private SpmVocabulary(GgufMetadata metadata) {
        tokens = TokenTable.read(metadata);
        scores = scores(metadata);
        bos = tokens.special("bos_token_id", DEFAULT_BOS);
        eos = tokens.special("eos_token_id", DEFAULT_EOS);
        byteIds = byteIds(tokens.special("unknown_token_id", DEFAULT_UNKNOWN));
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
        float[] values = metadata.contains(SCORES) ? metadata.floats(SCORES) : new float[tokens.size()];
        tokens.checkLength(SCORES, values.length);
        for (int id = 0; id < values.length; id++) {
            if (Float.isNaN(values[id])) {
                throw metadata.error(SCORES, "is NaN for token " + id + "; scores must be ordered");
            }
        }
        return values;
    }

    /** For each byte its token {@code <0xXX>}, else the token of that character, else unknown. */
    private int[] byteIds(int unknown) {
        int[] byByte = new int[256];
        for (int value = 0; value < 256; value++) {
            int asByte = tokens.id(String.format("<0x%02X>", value));
            int asCharacter = value < 128 ? tokens.id(Character.toString(value)) : NONE;
            int fallback = asCharacter == NONE ? unknown : asCharacter;
            byByte[value] = asByte == NONE ? fallback : asByte;
        }
        return byByte;
    }

    TokenTable tokens() {
        return tokens;
    }

    /** How early two symbols are joined: the highest score of their joined text first. */
    double order(String left, String right) {
        int id = tokens.id(left + right);
        return id == NONE ? Double.NaN : -scores[id];
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
