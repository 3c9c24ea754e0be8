package dev.hwc.ir.format.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.gguf.GgufFile;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenStreamDecoderTest {
    /** Ids are bytes 0 to 255; 256 is BOS. */
    private static final class Bytes implements Tokenizer {
        @Override
        public int[] encode(String text, boolean addBos) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int[] ids = new int[bytes.length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = bytes[i] & 0xFF;
            }
            return ids;
        }

        @Override
        public String decode(int[] ids) {
            byte[] bytes = new byte[ids.length];
            for (int i = 0; i < ids.length; i++) {
                bytes[i] = (byte) ids[i];
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public int[] encodeMarked(String text) {
            return encode(text, false);
        }

        @Override
        public byte[] piece(int id) {
            return id == bos() ? new byte[0] : new byte[] {(byte) id};
        }

        @Override
        public boolean addsSpacePrefix() {
            return true;
        }

        @Override
        public int bos() {
            return 256;
        }

        @Override
        public int eos() {
            return -1;
        }

        @Override
        public int vocabularySize() {
            return 257;
        }
    }

    @Test
    void holdsBackIncompleteCharacters() {
        TokenStreamDecoder decoder = new TokenStreamDecoder(new Bytes());
        assertEquals("", decoder.push(0xF0));
        assertEquals("", decoder.push(0x9F));
        assertEquals("", decoder.push(0x98));
        assertEquals("\ud83d\ude00", decoder.push(0x80));
        assertEquals("a", decoder.push('a'));
        assertEquals("", decoder.push(0xC3));
        assertEquals("\uFFFD", decoder.flush());
        assertEquals("b", decoder.push('b'));
    }

    @Test
    void dropsOneSpaceAfterBos() {
        TokenStreamDecoder decoder = new TokenStreamDecoder(new Bytes());
        assertEquals("", decoder.push(256));
        assertEquals("", decoder.push(' '));
        assertEquals(" ", decoder.push(' '));
        decoder.flush();
        assertEquals(" ", decoder.push(' '));
    }

    @Test
    void anyBytesGiveWhatDecodingAtOnceGives() {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            int[] ids = new int[random.nextInt(12)];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = random.nextBoolean() ? 0x80 + random.nextInt(128) : random.nextInt(256);
            }
            assertEquals(new Bytes().decode(ids), stream(new Bytes(), ids), "seed " + seed);
        }
    }

    @Test
    void randomTokensOfTheSharedModelStreamAsTheyDecode() {
        try (GgufFile file = GgufFile.open(SharedData.model("stories260K/stories260K-f32.gguf"))) {
            Tokenizer tokenizer = Tokenizers.of(file);
            int[] ids = new Random(9).ints(5000, 0, 512).toArray();
            assertEquals(tokenizer.decode(ids), stream(tokenizer, ids));
        }
    }

    private static String stream(Tokenizer tokenizer, int[] ids) {
        TokenStreamDecoder decoder = new TokenStreamDecoder(tokenizer);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.push(id));
        }
        return text.append(decoder.flush()).toString();
    }
}
