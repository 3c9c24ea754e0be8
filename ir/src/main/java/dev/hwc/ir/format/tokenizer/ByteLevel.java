package dev.hwc.ir.format.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The alphabet of byte-level BPE: every byte is written as one printable character, so that token
 * texts are strings. Printable Latin-1 bytes are themselves; the others are U+0100, U+0101, ... in
 * order of their value. Source: GPT-2's bytes_to_unicode.
 */
public final class ByteLevel {
    private static final int FIRST_SUBSTITUTE = 0x100;
    private static final char[] CHARACTERS = characters();
    private static final int[] BYTES = bytes();

    private ByteLevel() {}

    private static char[] characters() {
        char[] characters = new char[256];
        char substitute = FIRST_SUBSTITUTE;
        for (int value = 0; value < 256; value++) {
            characters[value] = isPrintable(value) ? (char) value : substitute++;
        }
        return characters;
    }

    private static boolean isPrintable(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
    }

    /** The byte of each character below 0x180, or -1. */
    private static int[] bytes() {
        int[] bytes = new int[0x180];
        Arrays.fill(bytes, -1);
        for (int value = 0; value < 256; value++) {
            bytes[CHARACTERS[value]] = value;
        }
        return bytes;
    }

    /** The UTF-8 bytes of a text, each as its character. */
    static String write(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder written = new StringBuilder(utf8.length);
        for (byte value : utf8) {
            written.append(CHARACTERS[value & 0xFF]);
        }
        return written.toString();
    }

    /** The bytes a token text stands for; characters outside the alphabet stand for their own UTF-8. */
    public static byte[] read(String written) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(written.length());
        written.codePoints().forEach(character -> {
            int value = character < BYTES.length ? BYTES[character] : -1;
            if (value >= 0) {
                bytes.write(value);
            } else {
                bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
