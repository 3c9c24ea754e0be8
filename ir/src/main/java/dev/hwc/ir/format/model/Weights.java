package dev.hwc.ir.format.model;

import dev.hwc.ir.format.gguf.GgmlType;
import java.util.ArrayList;
import java.util.List;

/** The weights of a llama or qwen2 model, with GGUF's names. */
public final class Weights {
    public static final String EMBEDDING = "token_embd.weight";
    public static final String OUTPUT_NORM = "output_norm.weight";
    public static final String OUTPUT = "output.weight";

    private final ModelConfig config;
    private final GgmlType matrixType;
    private final List<WeightSpec> specs = new ArrayList<>();

    private Weights(ModelConfig config, GgmlType matrixType) {
        this.config = config;
        this.matrixType = matrixType;
    }

    /** The name of a weight of one layer: {@code block(3, "ffn_up.weight")} is {@code blk.3.ffn_up.weight}. */
    public static String block(int layer, String weight) {
        return "blk." + layer + "." + weight;
    }

    /**
     * Everything a model of this configuration needs, in order of use: matrices in {@code
     * matrixType}, norms and biases in F32. llama.cpp's mixtures, which give some matrices a wider
     * type, are not reproduced yet.
     *
     * @throws dev.hwc.ir.IrException when a matrix's rows are not whole blocks of {@code matrixType}
     */
    public static List<WeightSpec> of(ModelConfig config, GgmlType matrixType) {
        Weights weights = new Weights(config, matrixType);
        weights.matrix(EMBEDDING, config.vocabularySize(), config.embeddingLength());
        for (int layer = 0; layer < config.blockCount(); layer++) {
            weights.attention(layer);
            weights.feedForward(layer);
        }
        weights.vector(OUTPUT_NORM, config.embeddingLength());
        if (!config.tiedEmbeddings()) {
            weights.matrix(OUTPUT, config.vocabularySize(), config.embeddingLength());
        }
        return List.copyOf(weights.specs);
    }

    private void attention(int layer) {
        int embedding = config.embeddingLength();
        vector(block(layer, "attn_norm.weight"), embedding);
        projection(layer, "attn_q", config.queryLength());
        projection(layer, "attn_k", config.kvKeyLength());
        projection(layer, "attn_v", config.kvValueLength());
        matrix(block(layer, "attn_output.weight"), embedding, (long) config.headCount() * config.valueLength());
    }

    private void projection(int layer, String name, int rows) {
        matrix(block(layer, name + ".weight"), rows, config.embeddingLength());
        if (config.qkvBias()) {
            vector(block(layer, name + ".bias"), rows);
        }
    }

    private void feedForward(int layer) {
        int embedding = config.embeddingLength();
        vector(block(layer, "ffn_norm.weight"), embedding);
        matrix(block(layer, "ffn_gate.weight"), config.feedForwardLength(), embedding);
        matrix(block(layer, "ffn_up.weight"), config.feedForwardLength(), embedding);
        matrix(block(layer, "ffn_down.weight"), embedding, config.feedForwardLength());
    }

    private void matrix(String name, long rows, long columns) {
        specs.add(new WeightSpec(name, rows, columns, matrixType));
    }

    private void vector(String name, long length) {
        specs.add(new WeightSpec(name, 1, length, GgmlType.F32));
    }
}
