package dev.hwc.ir.format.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes a sequence token by token. Bytes of a character that is not complete yet are held back;
 * all answers joined equal {@link Tokenizer#decode} of the whole sequence. Not thread-safe.
 */
public final class TokenStreamDecoder {
    private final Tokenizer tokenizer;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer pending = ByteBuffer.allocate(64).limit(0);
    private boolean atStart = true;
    private boolean dropSpace;

    public TokenStreamDecoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The characters that {@code id} completes; perhaps none. */
    public String push(int id) {
        byte[] piece = tokenizer.piece(id);
        if (atStart && id == tokenizer.bos()) {
            dropSpace = tokenizer.addsSpacePrefix();
        } else if (piece.length > 0) {
            append(piece);
        }
        atStart = false;
        return drain(false);
    }

    /** The end of the sequence: an incomplete character gives U+FFFD. The decoder can be used again. */
    public String flush() {
        String rest = drain(true);
        utf8.reset();
        pending.clear().limit(0);
        atStart = true;
        dropSpace = false;
        return rest;
    }

    private void append(byte[] piece) {
        int skip = dropSpace && piece[0] == ' ' ? 1 : 0;
        dropSpace = false;
        ByteBuffer joined = ByteBuffer.allocate(pending.remaining() + piece.length - skip);
        pending = joined.put(pending).put(piece, skip, piece.length - skip).flip();
    }

    private String drain(boolean end) {
        CharBuffer text = CharBuffer.allocate(pending.remaining() + 1);
        utf8.decode(pending, text, end);
        if (end) {
            utf8.flush(text);
        }
        return text.flip().toString();
    }
}
