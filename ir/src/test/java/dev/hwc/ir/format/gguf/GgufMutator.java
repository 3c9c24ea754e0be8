package dev.hwc.ir.format.gguf;

import static dev.hwc.ir.format.gguf.GgufRecipe.ARRAY;
import static dev.hwc.ir.format.gguf.GgufRecipe.STRING;
import static dev.hwc.ir.format.gguf.GgufRecipe.U32;
import static dev.hwc.ir.format.gguf.GgufRecipe.array;
import static dev.hwc.ir.format.gguf.GgufRecipe.string;
import static dev.hwc.ir.format.gguf.GgufRecipe.u32;

import java.util.Arrays;
import java.util.Random;

/** Valid models with one to four random changes: bytes, numbers, lengths, and pieces moved about. */
final class GgufMutator {
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        7,
        8,
        31,
        32,
        255,
        256,
        1 << 16,
        1 << 20,
        1 << 30,
        -1,
        -2,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    /** Where the header, the metadata and the directory of the small models end. */
    private static final int DIRECTORY_END = 2200;

    static final int VOCABULARIES = 3;

    private final Random random;

    GgufMutator(Random random) {
        this.random = random;
    }

    /** The next damaged file. */
    byte[] next() {
        byte[] bytes = model();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && bytes.length > 16; i++) {
            bytes = change(bytes);
        }
        return bytes;
    }

    private byte[] model() {
        return model(random, random.nextInt(VOCABULARIES));
    }

    /** A valid model with one of the three kinds of vocabularies. */
    static byte[] model(Random random, int vocabulary) {
        GgufRecipe recipe = GgufRecipe.model(random);
        switch (vocabulary) {
            case 0 -> {
                recipe.set("tokenizer.ggml.model", STRING, string("gpt2"));
                recipe.put("tokenizer.ggml.merges", ARRAY, array(STRING, string("t 1"), string("t 2")));
            }
            case 1 -> {
                recipe.set("tokenizer.ggml.model", STRING, string("bert"));
                recipe.put("tokenizer.ggml.unknown_token_id", U32, u32(0));
            }
            default -> {
                // the recipe's own vocabulary
            }
        }
        return recipe.render();
    }

    private byte[] change(byte[] bytes) {
        int at = place(bytes);
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> spliced(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(40)), at);
            case 2 -> spliced(bytes, at, at, place(bytes));
            case 3 -> number(bytes, at, 4);
            case 4 -> number(bytes, at, 8);
            case 5 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            default -> {
                bytes[at] = (byte) random.nextInt(256);
                yield bytes;
            }
        };
    }

    private int place(byte[] bytes) {
        return random.nextInt(random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, DIRECTORY_END));
    }

    /** The bytes without {@code from..to}, with up to 40 bytes copied from {@code piece} in their place. */
    private byte[] spliced(byte[] bytes, int from, int to, int piece) {
        int length = from < to ? 0 : Math.min(bytes.length - piece, 1 + random.nextInt(40));
        byte[] result = new byte[bytes.length - (to - from) + length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(bytes, piece, result, from, length);
        System.arraycopy(bytes, to, result, from + length, bytes.length - to);
        return result;
    }

    private byte[] number(byte[] bytes, int at, int size) {
        long number = NUMBERS[random.nextInt(NUMBERS.length)] + random.nextInt(3) - 1;
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (number >> 8 * i);
        }
        return bytes;
    }
}
