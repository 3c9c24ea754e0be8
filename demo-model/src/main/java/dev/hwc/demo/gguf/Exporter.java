package dev.hwc.demo.gguf;

import dev.hwc.demo.Shape;
import dev.hwc.demo.Shape.Parameter;
import dev.hwc.demo.token.Pieces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Writes the trained model as GGUF version 3 with llama.cpp's names. */
public final class Exporter {
    private static final int CONTROL = 3;
    private static final int UNKNOWN = 2;
    private static final int BYTE = 6;
    private static final int NORMAL = 1;

    private Exporter() {}

    /**
     * Writes one file.
     *
     * @param weights all parameters, in the order of {@link Shape#parameters()}
     * @param type of the matrices; norms stay F32, and with Q4_0 the token embedding is Q8_0
     */
    public static void write(Path file, Shape shape, Pieces pieces, float[] weights, Block32 type) throws IOException {
        GgufBytes bytes = new GgufBytes();
        architecture(bytes, shape, type);
        tokenizer(bytes, pieces);
        int at = 0;
        for (Parameter p : shape.parameters()) {
            float[] values = Arrays.copyOfRange(weights, at, at + p.size());
            bytes.tensor(
                    p.name(),
                    p.norm() ? new int[] {p.columns()} : new int[] {p.columns(), p.rows()},
                    stored(p, type),
                    values);
            at += p.size();
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, bytes.build());
    }

    private static Block32 stored(Parameter p, Block32 type) {
        if (p.norm()) {
            return Block32.F32;
        }
        return type == Block32.Q4_0 && p.name().startsWith("token_embd") ? Block32.Q8_0 : type;
    }

    private static void architecture(GgufBytes bytes, Shape shape, Block32 type) {
        bytes.text("general.architecture", "llama");
        bytes.text("general.name", "hwc demo");
        bytes.text("general.license", "Apache-2.0");
        bytes.text("general.description", "Continues simple English stories; trained on text written for it");
        bytes.unsigned("general.file_type", fileType(type));
        bytes.unsigned("general.quantization_version", 2);
        bytes.unsigned("llama.context_length", shape.context());
        bytes.unsigned("llama.embedding_length", shape.width());
        bytes.unsigned("llama.block_count", shape.layers());
        bytes.unsigned("llama.feed_forward_length", shape.hidden());
        bytes.unsigned("llama.attention.head_count", shape.heads());
        bytes.unsigned("llama.attention.head_count_kv", shape.keyValueHeads());
        bytes.unsigned("llama.attention.key_length", shape.headWidth());
        bytes.unsigned("llama.attention.value_length", shape.headWidth());
        bytes.real("llama.attention.layer_norm_rms_epsilon", Shape.EPSILON);
        bytes.unsigned("llama.rope.dimension_count", shape.headWidth());
        bytes.real("llama.rope.freq_base", Shape.ROPE_BASE);
        bytes.unsigned("llama.vocab_size", shape.vocabulary());
    }

    /** llama.cpp's number for a file of mostly this type. */
    private static int fileType(Block32 type) {
        return switch (type) {
            case F32 -> 0;
            case Q4_0 -> 2;
            case Q8_0 -> 7;
        };
    }

    private static void tokenizer(GgufBytes bytes, Pieces pieces) {
        int size = pieces.size();
        float[] scores = new float[size];
        for (int id = 0; id < size; id++) {
            scores[id] = pieces.score(id);
        }
        bytes.text("tokenizer.ggml.model", "llama");
        bytes.text("tokenizer.ggml.pre", "default");
        bytes.texts(
                "tokenizer.ggml.tokens",
                IntStream.range(0, size).mapToObj(pieces::piece).toList());
        bytes.reals("tokenizer.ggml.scores", scores);
        bytes.integers(
                "tokenizer.ggml.token_type",
                IntStream.range(0, size).map(Exporter::kind).toArray());
        bytes.unsigned("tokenizer.ggml.bos_token_id", Pieces.BEGIN);
        bytes.unsigned("tokenizer.ggml.eos_token_id", Pieces.END);
        bytes.unsigned("tokenizer.ggml.unknown_token_id", Pieces.UNKNOWN);
        bytes.flag("tokenizer.ggml.add_bos_token", true);
        bytes.flag("tokenizer.ggml.add_eos_token", false);
        bytes.flag("tokenizer.ggml.add_space_prefix", true);
    }

    private static int kind(int id) {
        if (id == Pieces.UNKNOWN) {
            return UNKNOWN;
        }
        return id < Pieces.FIRST_BYTE ? CONTROL : id < Pieces.FIRST_TEXT ? BYTE : NORMAL;
    }
}
