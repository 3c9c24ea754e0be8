package dev.hwc.tests;

import dev.hwc.ir.format.safetensors.FolderRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Hugging Face folders with random weights, of families that the shared models do not have. */
final class RandomFolders {
    static final int VOCABULARY = 64;

    private static final int WIDTH = 64;
    private static final int HEADS = 2;
    private static final int LAYERS = 2;

    private final Random random = new Random(5);
    private final FolderRecipe recipe;
    private final int head;
    private final int inner;

    private RandomFolders(String family, int head, int inner) {
        this.head = head;
        this.inner = inner;
        this.recipe = new FolderRecipe(config(family));
    }

    /**
     * Writes a folder.
     *
     * @param family opt, bitnet with a squared rectifier, or gemma
     * @param head elements of a head; opt has 32
     * @param inner elements of the feed-forward layer
     */
    static Path write(String family, int head, int inner, Path folder) throws IOException {
        RandomFolders folders = new RandomFolders(family, head, inner);
        switch (family) {
            case "opt" -> folders.opt();
            case "bitnet" -> folders.llama(true);
            case "gemma" -> folders.llama(false);
            default -> throw new IllegalArgumentException("no family " + family);
        }
        return folders.recipe.write(folder);
    }

    private String config(String family) {
        if (family.equals("opt")) {
            return """
                    {"model_type": "opt", "hidden_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
                     "ffn_dim": %d, "vocab_size": %d, "max_position_embeddings": 64}""".formatted(WIDTH, LAYERS, HEADS, inner, VOCABULARY);
        }
        return """
                {"model_type": "%s", "hidden_act": "%s", "hidden_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "num_key_value_heads": 1, "head_dim": %d, "intermediate_size": %d,
                 "vocab_size": %d, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000}""".formatted(
                        family,
                        family.equals("gemma") ? "gelu_pytorch_tanh" : "relu2",
                        WIDTH,
                        LAYERS,
                        HEADS,
                        head,
                        inner,
                        VOCABULARY);
    }

    private void opt() {
        String decoder = "model.decoder.";
        matrix(decoder + "embed_tokens", VOCABULARY, WIDTH);
        matrix(decoder + "embed_positions", 64 + 2, WIDTH);
        biasedNorm(decoder + "final_layer_norm");
        for (int i = 0; i < LAYERS; i++) {
            String name = decoder + "layers." + i + ".";
            biasedNorm(name + "self_attn_layer_norm");
            biasedNorm(name + "final_layer_norm");
            for (String part : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
                biased(name + "self_attn." + part, WIDTH, WIDTH);
            }
            biased(name + "fc1", inner, WIDTH);
            biased(name + "fc2", WIDTH, inner);
        }
    }

    private void llama(boolean subNorms) {
        matrix("model.embed_tokens", VOCABULARY, WIDTH);
        norm("model.norm", WIDTH);
        for (int i = 0; i < LAYERS; i++) {
            String name = "model.layers." + i + ".";
            norm(name + "input_layernorm", WIDTH);
            norm(name + "post_attention_layernorm", WIDTH);
            matrix(name + "self_attn.q_proj", HEADS * head, WIDTH);
            matrix(name + "self_attn.k_proj", head, WIDTH);
            matrix(name + "self_attn.v_proj", head, WIDTH);
            matrix(name + "self_attn.o_proj", WIDTH, HEADS * head);
            matrix(name + "mlp.gate_proj", inner, WIDTH);
            matrix(name + "mlp.up_proj", inner, WIDTH);
            matrix(name + "mlp.down_proj", WIDTH, inner);
            if (subNorms) {
                norm(name + "self_attn.attn_sub_norm", HEADS * head);
                norm(name + "mlp.ffn_sub_norm", inner);
            }
        }
    }

    private void biasedNorm(String name) {
        norm(name, WIDTH);
        recipe.put(name + ".bias", numbers(WIDTH, 0, 0.2));
    }

    private void biased(String name, int rows, int columns) {
        matrix(name, rows, columns);
        recipe.put(name + ".bias", numbers(rows, 0, 0.2));
    }

    private void norm(String name, int length) {
        recipe.put(name + ".weight", numbers(length, 1, 0.2));
    }

    private void matrix(String name, int rows, int columns) {
        recipe.put(name + ".weight", numbers(rows * columns, 0, 0.2), columns);
    }

    private float[] numbers(int count, double mean, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian(mean, deviation);
        }
        return values;
    }
}
