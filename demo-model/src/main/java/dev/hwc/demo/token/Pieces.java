package dev.hwc.demo.token;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A SentencePiece-style vocabulary: three control pieces, 256 bytes, then text pieces, best first. Encoding starts from
 * single characters and always joins the neighbours whose union is the best piece (the leftmost of equals), as
 * llama.cpp does for {@code tokenizer.ggml.model = "llama"}.
 */
public final class Pieces {
    /** Unknown piece. */
    public static final int UNKNOWN = 0;
    /** Begin of sequence. */
    public static final int BEGIN = 1;
    /** End of sequence. */
    public static final int END = 2;
    /** Id of the piece of byte 0. */
    public static final int FIRST_BYTE = 3;
    /** Id of the first text piece. */
    public static final int FIRST_TEXT = FIRST_BYTE + 256;
    /** Stands for a space in pieces. */
    public static final char SPACE = '\u2581';

    private final List<String> text;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<String, int[]> words = new HashMap<>();

    /** @param text pieces after the bytes, best first */
    public Pieces(List<String> text) {
        this.text = List.copyOf(text);
        for (int i = 0; i < text.size(); i++) {
            ids.put(text.get(i), FIRST_TEXT + i);
        }
    }

    /** Number of pieces with control and byte pieces. */
    public int size() {
        return FIRST_TEXT + text.size();
    }

    /** The text of a piece as it stands in GGUF, for instance {@code <0x0A>} for the line feed. */
    public String piece(int id) {
        return switch (id) {
            case UNKNOWN -> "<unk>";
            case BEGIN -> "<s>";
            case END -> "</s>";
            default -> id < FIRST_TEXT ? String.format("<0x%02X>", id - FIRST_BYTE) : text.get(id - FIRST_TEXT);
        };
    }

    /** Score of a piece: minus its rank, so that the better of two is the larger; 0 for control and byte pieces. */
    public float score(int id) {
        return id < FIRST_TEXT ? 0 : FIRST_TEXT - id;
    }

    /** Ids of a text without begin and end pieces; a space is put before the text. */
    public int[] encode(String input) {
        return join((" " + input).replace(' ', SPACE));
    }

    /** The same ids as {@link #encode}, faster for long texts: no piece spans two chunks, so chunks are looked up. */
    public int[] encodeByChunk(String input) {
        return Chunks.split((" " + input).replace(' ', SPACE))
                .map(chunk -> words.computeIfAbsent(chunk, this::join))
                .flatMapToInt(Arrays::stream)
                .toArray();
    }

    /** Text of ids; control pieces vanish, and so does the first space. */
    public String decode(int[] tokens) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int id : tokens) {
            if (id >= FIRST_TEXT) {
                bytes.writeBytes(piece(id).replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8));
            } else if (id >= FIRST_BYTE) {
                bytes.write(id - FIRST_BYTE);
            }
        }
        String all = bytes.toString(StandardCharsets.UTF_8);
        return all.startsWith(" ") ? all.substring(1) : all;
    }

    private int[] join(String chunk) {
        String[] symbols = chunk.codePoints().mapToObj(Character::toString).toArray(String[]::new);
        int count = symbols.length;
        while (true) {
            int best = -1;
            int bestId = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < count; i++) {
                Integer id = ids.get(symbols[i] + symbols[i + 1]);
                if (id != null && id < bestId) {
                    best = i;
                    bestId = id;
                }
            }
            if (best < 0) {
                break;
            }
            symbols[best] += symbols[best + 1];
            System.arraycopy(symbols, best + 2, symbols, best + 1, count - best - 2);
            count--;
        }
        return Arrays.stream(symbols, 0, count)
                .flatMapToInt(symbol -> Arrays.stream(idsOf(symbol)))
                .toArray();
    }

    private int[] idsOf(String symbol) {
        Integer id = ids.get(symbol);
        if (id != null) {
            return new int[] {id};
        }
        byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
        int[] out = new int[utf8.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = FIRST_BYTE + (utf8[i] & 0xff);
        }
        return out;
    }
}
