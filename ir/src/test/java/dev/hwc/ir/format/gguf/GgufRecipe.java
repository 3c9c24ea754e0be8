package dev.hwc.ir.format.gguf;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The raw parts of a GGUF file, all of them changeable, rendered without any check: the way to write
 * files that {@link GgufWriter} refuses. It shares no code with the reader.
 */
final class GgufRecipe {
    static final int U8 = 0;
    static final int U32 = 4;
    static final int I32 = 5;
    static final int F32 = 6;
    static final int BOOL = 7;
    static final int STRING = 8;
    static final int ARRAY = 9;

    String magic = "GGUF";
    int version = 3;
    long extraTensors;
    long extraKeys;
    final List<Pair> pairs = new ArrayList<>();
    final List<Tensor> tensors = new ArrayList<>();
    private final List<Integer> boundaries = new ArrayList<>();

    /** One metadata entry: type id and the bytes that follow it. */
    static final class Pair {
        byte[] key;
        int type;
        byte[] payload;

        Pair(String key, int type, byte[] payload) {
            this.key = string(key);
            this.type = type;
            this.payload = payload;
        }
    }

    /** One directory entry and how many data bytes to render for it. */
    static final class Tensor {
        byte[] name;
        long[] shape;
        int type;
        long offset;
        int dataBytes;

        Tensor(String name, int type, long offset, int dataBytes, long... shape) {
            this.name = string(name);
            this.shape = shape;
            this.type = type;
            this.offset = offset;
            this.dataBytes = dataBytes;
        }
    }

    /** A valid llama model of one layer in F32 with a small vocabulary; sizes depend on the seed. */
    static GgufRecipe model(Random random) {
        int embedding = 8 * (1 + random.nextInt(3));
        int feedForward = 8 * (1 + random.nextInt(3));
        int vocabulary = 8 + random.nextInt(24);
        GgufRecipe recipe = new GgufRecipe();
        recipe.modelKeys(embedding, feedForward, vocabulary);
        recipe.tokenizerKeys(vocabulary);
        recipe.put("filler." + Integer.toHexString(random.nextInt()), U8, new byte[] {1});
        recipe.weights(embedding, feedForward, vocabulary);
        return recipe;
    }

    private void modelKeys(int embedding, int feedForward, int vocabulary) {
        put("general.architecture", STRING, string("llama"));
        put("general.alignment", U32, u32(32));
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put("llama.context_length", 16);
        sizes.put("llama.embedding_length", embedding);
        sizes.put("llama.block_count", 1);
        sizes.put("llama.feed_forward_length", feedForward);
        sizes.put("llama.attention.head_count", 4);
        sizes.put("llama.attention.head_count_kv", 2);
        sizes.put("llama.vocab_size", vocabulary);
        sizes.forEach((key, size) -> put(key, U32, u32(size)));
        put("llama.attention.layer_norm_rms_epsilon", F32, f32(1e-5f));
    }

    private void tokenizerKeys(int vocabulary) {
        byte[][] tokens = new byte[vocabulary][];
        byte[][] scores = new byte[vocabulary][];
        byte[][] types = new byte[vocabulary][];
        for (int id = 0; id < vocabulary; id++) {
            tokens[id] = string("t" + id);
            scores[id] = f32(-id);
            types[id] = u32(1);
        }
        put("tokenizer.ggml.model", STRING, string("llama"));
        put("tokenizer.ggml.tokens", ARRAY, array(STRING, tokens));
        put("tokenizer.ggml.scores", ARRAY, array(F32, scores));
        put("tokenizer.ggml.token_type", ARRAY, array(I32, types));
        put("tokenizer.ggml.bos_token_id", U32, u32(1));
        put("tokenizer.ggml.add_bos_token", BOOL, new byte[] {1});
    }

    private void weights(int embedding, int feedForward, int vocabulary) {
        matrix("token_embd.weight", embedding, vocabulary);
        matrix("blk.0.attn_norm.weight", embedding);
        matrix("blk.0.attn_q.weight", embedding, embedding);
        matrix("blk.0.attn_k.weight", embedding, embedding / 2);
        matrix("blk.0.attn_v.weight", embedding, embedding / 2);
        matrix("blk.0.attn_output.weight", embedding, embedding);
        matrix("blk.0.ffn_norm.weight", embedding);
        matrix("blk.0.ffn_gate.weight", embedding, feedForward);
        matrix("blk.0.ffn_up.weight", embedding, feedForward);
        matrix("blk.0.ffn_down.weight", feedForward, embedding);
        matrix("output_norm.weight", embedding);
    }

    /** Appends an F32 tensor after the last one. */
    void matrix(String name, long... shape) {
        long elements = 1;
        for (long size : shape) {
            elements *= size;
        }
        Tensor last = tensors.isEmpty() ? null : tensors.getLast();
        long offset = last == null ? 0 : (last.offset + last.dataBytes + 31) / 32 * 32;
        tensors.add(new Tensor(name, 0, offset, (int) (4 * elements), shape));
    }

    void put(String key, int type, byte[] payload) {
        pairs.add(new Pair(key, type, payload));
    }

    /** Replaces type and payload of a key, which must exist. */
    void set(String key, int type, byte[] payload) {
        Pair pair = pair(key);
        pair.type = type;
        pair.payload = payload;
    }

    Pair pair(String key) {
        return pairs.stream()
                .filter(p -> Arrays.equals(p.key, string(key)))
                .findFirst()
                .orElseThrow();
    }

    byte[] render() {
        boundaries.clear();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        part(out, magic.getBytes(StandardCharsets.ISO_8859_1));
        part(out, u32(version));
        part(out, u64(tensors.size() + extraTensors));
        part(out, u64(pairs.size() + extraKeys));
        for (Pair pair : pairs) {
            part(out, pair.key);
            part(out, u32(pair.type));
            part(out, pair.payload);
        }
        for (Tensor tensor : tensors) {
            entry(out, tensor);
        }
        data(out);
        return out.toByteArray();
    }

    private void entry(ByteArrayOutputStream out, Tensor tensor) {
        part(out, tensor.name);
        part(out, u32(tensor.shape.length));
        for (long size : tensor.shape) {
            part(out, u64(size));
        }
        part(out, u32(tensor.type));
        part(out, u64(tensor.offset));
    }

    private void data(ByteArrayOutputStream out) {
        for (Tensor tensor : tensors) {
            out.writeBytes(new byte[-out.size() & 31]);
            part(out, new byte[tensor.dataBytes]);
        }
    }

    private void part(ByteArrayOutputStream out, byte[] bytes) {
        boundaries.add(out.size());
        out.writeBytes(bytes);
    }

    /** Where each part of the last {@link #render} began, the end of the file not included. */
    List<Integer> boundaries() {
        return List.copyOf(boundaries);
    }

    static byte[] u32(int value) {
        byte[] bytes = new byte[4];
        MemorySegment.ofArray(bytes).set(LittleEndian.INT, 0, value);
        return bytes;
    }

    static byte[] u64(long value) {
        byte[] bytes = new byte[8];
        MemorySegment.ofArray(bytes).set(LittleEndian.LONG, 0, value);
        return bytes;
    }

    static byte[] f32(float value) {
        return u32(Float.floatToRawIntBits(value));
    }

    static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return join(u64(bytes.length), bytes);
    }

    static byte[] array(int elementType, byte[]... elements) {
        return join(u32(elementType), u64(elements.length), join(elements));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
