package dev.hwc.ir.format.tokenizer;

import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.gguf.GgufMetadata;

/** Chooses the tokenizer a GGUF file asks for. */
public final class Tokenizers {
    private static final String MODEL = "tokenizer.ggml.model";

    private Tokenizers() {}

    /**
     * The tokenizer for the vocabulary in {@code file}; it may be used after the file is closed.
     *
     * @throws dev.hwc.ir.IrException when there is no vocabulary, it is inconsistent, or its kind is
     *     not supported
     */
    public static Tokenizer of(GgufFile file) {
        GgufMetadata metadata = file.metadata();
        String model = metadata.text(MODEL);
        return switch (model) {
            case "llama" -> new SpmTokenizer(SpmVocabulary.read(metadata));
            case "gpt2" -> new BpeTokenizer(metadata);
            case "bert" -> new WordPieceTokenizer(metadata);
            default ->
                throw metadata.error(
                        MODEL,
                        "is '" + model + "'; supported are 'llama' (SentencePiece), 'gpt2' (byte-level BPE) and 'bert'"
                                + " (WordPiece)");
        };
    }
}
