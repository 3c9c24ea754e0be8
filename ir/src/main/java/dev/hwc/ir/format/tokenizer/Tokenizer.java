package dev.hwc.ir.format.tokenizer;

/** Turns text into token ids and back. Immutable: any number of threads may use it. */
public interface Tokenizer {
    /**
     * The ids of a text. Control tokens written in the text are taken as plain text.
     *
     * @param text unpaired surrogates are read as {@code ?}
     * @param addBos true to begin with BOS if the vocabulary asks for it
     */
    int[] encode(String text, boolean addBos);

    /**
     * The ids of a text in which control tokens are written out and meant as such, as a chat template
     * makes it. No BOS is added.
     */
    int[] encodeMarked(String text);

    /**
     * The text of a sequence. Control tokens give nothing; bytes that are not UTF-8 become U+FFFD.
     * When the sequence begins with BOS, the space that {@link #encode} put before the text is taken
     * away again; without BOS it stays, because the ids may continue an earlier text.
     *
     * @throws dev.hwc.ir.IrException for an id outside the vocabulary
     */
    default String decode(int[] ids) {
        TokenStreamDecoder decoder = new TokenStreamDecoder(this);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.push(id));
        }
        return text.append(decoder.flush()).toString();
    }

    /**
     * The bytes one token stands for, perhaps a part of a character; empty for control tokens. The
     * array is the caller's.
     *
     * @throws dev.hwc.ir.IrException for an id outside the vocabulary
     */
    byte[] piece(int id);

    /** Whether {@link #encode} puts a space before the text. */
    boolean addsSpacePrefix();

    /** The id that begins a text, or -1. */
    int bos();

    /** The id that ends a text, or -1. */
    int eos();

    /** Ids are 0 to this minus one. */
    int vocabularySize();
}
