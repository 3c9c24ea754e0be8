package dev.hwc.ir.format.model;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Architecture.Trait;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a model, with GGUF's names. Tensors that a file fuses ({@link FusedTensor}) stand
 * here as their parts.
 */
public final class Weights {
    public static final String EMBEDDING = "token_embd.weight";
    public static final String POSITIONS = "position_embd.weight";
    public static final String OUTPUT_NORM = "output_norm.weight";
    public static final String OUTPUT = "output.weight";
    /** What each rotation frequency is divided by, in files of Llama 3.1. */
    public static final String ROPE_FREQUENCIES = "rope_freqs.weight";
    /** The same for texts up to the original context, in files of Phi-3 with a long context. */
    public static final String ROPE_SHORT = "rope_factors_short.weight";
    /** The same for longer texts. */
    public static final String ROPE_LONG = "rope_factors_long.weight";

    private final ModelConfig config;
    private final Types types;
    private final boolean biases;
    private final List<WeightSpec> specs = new ArrayList<>();

    /** Chooses the type of each matrix. */
    @FunctionalInterface
    interface Types {
        GgmlType of(String name, long columns);
    }

    private Weights(ModelConfig config, Types types) {
        this.config = config;
        this.types = types;
        this.biases = has(Trait.LAYER_NORM);
    }

    /** The name of a weight of one layer: {@code block(3, "ffn_up.weight")} is {@code blk.3.ffn_up.weight}. */
    public static String block(int layer, String weight) {
        return "blk." + layer + "." + weight;
    }

    /**
     * Everything a model of this configuration needs, in order of use: matrices in {@code
     * matrixType}, norms and biases in F32.
     *
     * @throws dev.hwc.ir.IrException when a matrix's rows are not whole blocks of {@code matrixType}
     */
    public static List<WeightSpec> of(ModelConfig config, GgmlType matrixType) {
        return of(config, (name, columns) -> matrixType);
    }

    /** As above, with the type of each matrix by its name. */
    static List<WeightSpec> of(ModelConfig config, Types types) {
        Weights weights = new Weights(config, types);
        weights.matrix(EMBEDDING, config.vocabularySize(), config.embeddingLength());
        if (config.architecture().has(Trait.POSITIONS)) {
            weights.matrix(POSITIONS, config.contextLength(), config.embeddingLength());
        }
        for (int layer = 0; layer < config.blockCount(); layer++) {
            weights.attention(layer, config.layer(layer));
            weights.feedForward(layer, config.layer(layer));
        }
        weights.norm("output_norm", config.embeddingLength());
        if (!config.tiedEmbeddings()) {
            weights.matrix(OUTPUT, config.vocabularySize(), config.embeddingLength());
        }
        return List.copyOf(weights.specs);
    }

    /** What a file may hold besides: factors of the rotation frequencies. */
    static List<WeightSpec> optional(ModelConfig config) {
        List<String> names = switch (config.architecture()) {
            case LLAMA -> List.of(ROPE_FREQUENCIES);
            case PHI3 -> List.of(ROPE_SHORT, ROPE_LONG);
            default -> List.of();
        };
        return names.stream()
                .map(name -> new WeightSpec(name, 1, config.ropeDimensionCount() / 2, GgmlType.F32))
                .toList();
    }

    private void attention(int layer, LayerShape shape) {
        int embedding = config.embeddingLength();
        int mixed = shape.headCount() * config.valueLength();
        norm(block(layer, "attn_norm"), embedding);
        projection(block(layer, "attn_q"), shape.headCount() * config.keyLength(), embedding, config.qkvBias());
        projection(block(layer, "attn_k"), shape.kvHeadCount() * config.keyLength(), embedding, config.qkvBias());
        projection(block(layer, "attn_v"), shape.kvHeadCount() * config.valueLength(), embedding, config.qkvBias());
        if (has(Trait.HEAD_NORMS)) {
            norm(block(layer, "attn_q_norm"), config.keyLength());
            norm(block(layer, "attn_k_norm"), config.keyLength());
        }
        if (has(Trait.SUB_NORMS)) {
            norm(block(layer, "attn_sub_norm"), mixed);
        }
        projection(block(layer, "attn_output"), embedding, mixed, biases);
        if (has(Trait.POST_NORMS)) {
            norm(block(layer, "post_attention_norm"), embedding);
        }
    }

    private void feedForward(int layer, LayerShape shape) {
        int embedding = config.embeddingLength();
        int inner = shape.feedForwardLength();
        norm(block(layer, "ffn_norm"), embedding);
        if (!has(Trait.NO_GATE)) {
            projection(block(layer, "ffn_gate"), inner, embedding, biases);
        }
        projection(block(layer, "ffn_up"), inner, embedding, biases);
        if (has(Trait.SUB_NORMS)) {
            norm(block(layer, "ffn_sub_norm"), inner);
        }
        projection(block(layer, "ffn_down"), embedding, inner, biases);
        if (has(Trait.POST_NORMS)) {
            norm(block(layer, "post_ffw_norm"), embedding);
        }
    }

    private boolean has(Trait trait) {
        return config.architecture().has(trait);
    }

    private void norm(String name, int length) {
        vector(name + ".weight", length);
        if (biases) {
            vector(name + ".bias", length);
        }
    }

    private void projection(String name, int rows, int columns, boolean bias) {
        matrix(name + ".weight", rows, columns);
        if (bias) {
            vector(name + ".bias", rows);
        }
    }

    private void matrix(String name, long rows, long columns) {
        specs.add(new WeightSpec(name, rows, columns, types.of(name, columns)));
    }

    private void vector(String name, long length) {
        specs.add(new WeightSpec(name, 1, length, GgmlType.F32));
    }
}
