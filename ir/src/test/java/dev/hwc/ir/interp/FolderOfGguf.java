package dev.hwc.ir.interp;

import dev.hwc.ir.format.model.Architecture;
import dev.hwc.ir.format.model.LayerShape;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.ModelConfig;
import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.format.safetensors.FolderRecipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The folder that a GGUF file was converted from: names, fused tensors, transposed matrices, norms
 * without one and half-split heads as transformers stores them.
 */
final class FolderOfGguf {
    private final Model model;
    private final ModelConfig config;
    private final FolderRecipe folder;

    private FolderOfGguf(Model model) {
        this.model = model;
        this.config = model.config();
        this.folder = new FolderRecipe(json());
    }

    static FolderRecipe of(Model model) {
        FolderOfGguf source = new FolderOfGguf(model);
        switch (source.config.architecture()) {
            case GPT2 -> source.gpt2();
            case OPENELM -> source.openElm();
            default -> source.llama();
        }
        return source.folder;
    }

    private void llama() {
        copy("model.embed_tokens.weight", "token_embd.weight");
        norm("model.norm.weight", "output_norm.weight");
        if (!config.tiedEmbeddings()) {
            copy("lm_head.weight", "output.weight");
        }
        for (int i = 0; i < config.blockCount(); i++) {
            layer("model.layers." + i + ".", "blk." + i + ".");
        }
    }

    private void layer(String hf, String blk) {
        boolean gemma2 = config.architecture() == Architecture.GEMMA2;
        norm(hf + "input_layernorm.weight", blk + "attn_norm.weight");
        norm(
                hf + (gemma2 ? "pre_feedforward_layernorm" : "post_attention_layernorm") + ".weight",
                blk + "ffn_norm.weight");
        if (gemma2) {
            norm(hf + "post_attention_layernorm.weight", blk + "post_attention_norm.weight");
            norm(hf + "post_feedforward_layernorm.weight", blk + "post_ffw_norm.weight");
        }
        if (config.architecture() == Architecture.BITNET) {
            copy(hf + "self_attn.attn_sub_norm.weight", blk + "attn_sub_norm.weight");
            copy(hf + "mlp.ffn_sub_norm.weight", blk + "ffn_sub_norm.weight");
        }
        if (config.architecture() == Architecture.PHI3) {
            stack(
                    hf + "self_attn.qkv_proj.weight",
                    blk + "attn_q.weight",
                    blk + "attn_k.weight",
                    blk + "attn_v.weight");
            stack(hf + "mlp.gate_up_proj.weight", blk + "ffn_gate.weight", blk + "ffn_up.weight");
        } else {
            heads(hf + "self_attn.q_proj", blk + "attn_q");
            heads(hf + "self_attn.k_proj", blk + "attn_k");
            copy(hf + "self_attn.v_proj.weight", blk + "attn_v.weight");
            if (config.qkvBias()) {
                copy(hf + "self_attn.v_proj.bias", blk + "attn_v.bias");
            }
            copy(hf + "mlp.gate_proj.weight", blk + "ffn_gate.weight");
            copy(hf + "mlp.up_proj.weight", blk + "ffn_up.weight");
        }
        copy(hf + "self_attn.o_proj.weight", blk + "attn_output.weight");
        copy(hf + "mlp.down_proj.weight", blk + "ffn_down.weight");
    }

    private void openElm() {
        copy("transformer.token_embeddings.weight", "token_embd.weight");
        copy("transformer.norm.weight", "output_norm.weight");
        for (int i = 0; i < config.blockCount(); i++) {
            String hf = "transformer.layers." + i + ".";
            String blk = "blk." + i + ".";
            copy(hf + "attn_norm.weight", blk + "attn_norm.weight");
            copy(hf + "attn.q_norm.weight", blk + "attn_q_norm.weight");
            copy(hf + "attn.k_norm.weight", blk + "attn_k_norm.weight");
            copy(hf + "attn.out_proj.weight", blk + "attn_output.weight");
            copy(hf + "ffn_norm.weight", blk + "ffn_norm.weight");
            copy(hf + "ffn.proj_2.weight", blk + "ffn_down.weight");
            stack(hf + "attn.qkv_proj.weight", blk + "attn_q.weight", blk + "attn_k.weight", blk + "attn_v.weight");
            stack(hf + "ffn.proj_1.weight", blk + "ffn_gate.weight", blk + "ffn_up.weight");
        }
    }

    private void gpt2() {
        copy("wte.weight", "token_embd.weight");
        copy("wpe.weight", "position_embd.weight");
        both("ln_f", "output_norm");
        if (!config.tiedEmbeddings()) {
            copy("lm_head.weight", "output.weight");
        }
        for (int i = 0; i < config.blockCount(); i++) {
            String hf = "h." + i + ".";
            String blk = "blk." + i + ".";
            both(hf + "ln_1", blk + "attn_norm");
            both(hf + "ln_2", blk + "ffn_norm");
            conv1d(hf + "attn.c_attn", blk + "attn_q", blk + "attn_k", blk + "attn_v");
            conv1d(hf + "attn.c_proj", blk + "attn_output");
            conv1d(hf + "mlp.c_fc", blk + "ffn_up");
            conv1d(hf + "mlp.c_proj", blk + "ffn_down");
            folder.put(hf + "attn.bias", new float[16], 1, 4, 4);
        }
    }

    /** Weight with a row per input, and bias, of one or more projections side by side. */
    private void conv1d(String name, String... parts) {
        float[] rows = repeated(parts, ".weight");
        int inputs = Math.toIntExact(model.weight(parts[0] + ".weight").columns());
        int outputs = rows.length / inputs;
        float[] turned = new float[rows.length];
        for (int out = 0; out < outputs; out++) {
            for (int in = 0; in < inputs; in++) {
                turned[in * outputs + out] = rows[out * inputs + in];
            }
        }
        folder.put(name + ".weight", turned, outputs);
        folder.put(name + ".bias", repeated(parts, ".bias"));
    }

    /** A folder's GPT-2 has as many KV heads as heads, so each one stands there for all that share it. */
    private float[] repeated(String[] names, String suffix) {
        List<float[]> all = new ArrayList<>();
        for (String name : names) {
            float[] values = values(name + suffix);
            int repeats = name.endsWith("attn_k") || name.endsWith("attn_v") ? config.queryGroup() : 1;
            int head = values.length / config.kvHeadCount();
            for (int h = 0; h < config.kvHeadCount() * repeats; h++) {
                int from = h / repeats * head;
                all.add(Arrays.copyOfRange(values, from, from + head));
            }
        }
        return joined(all);
    }

    private static float[] joined(List<float[]> parts) {
        float[] values = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, values, at, part.length);
            at += part.length;
        }
        return values;
    }

    private void both(String name, String gguf) {
        copy(name + ".weight", gguf + ".weight");
        copy(name + ".bias", gguf + ".bias");
    }

    private void copy(String name, String gguf) {
        put(name, gguf, values(gguf));
    }

    private void put(String name, String gguf, float[] values) {
        WeightTensor weight = model.weight(gguf);
        if (weight.rows() == 1) {
            folder.put(name, values);
        } else {
            folder.put(name, values, Math.toIntExact(weight.columns()));
        }
    }

    private void stack(String name, String... gguf) {
        folder.put(name, values(gguf), Math.toIntExact(model.weight(gguf[0]).columns()));
    }

    /** Gemma's norms are stored without the one they add. */
    private void norm(String name, String gguf) {
        float[] values = values(gguf);
        if (config.architecture() == Architecture.GEMMA2) {
            for (int i = 0; i < values.length; i++) {
                values[i] -= 1;
            }
        }
        put(name, gguf, values);
    }

    /** Pairs (2i, 2i+1) of each head become pairs (i, i + half). */
    private void heads(String name, String gguf) {
        for (String kind : config.qkvBias() ? new String[] {".weight", ".bias"} : new String[] {".weight"}) {
            float[] values = values(gguf + kind);
            if (config.ropeStyle() == RopeStyle.INTERLEAVED) {
                int width = kind.equals(".bias") ? 1 : config.embeddingLength();
                int half = config.keyLength() / 2;
                float[] split = new float[values.length];
                for (int row = 0; row < values.length / width; row++) {
                    int place = row % (2 * half);
                    int to = row - place + place / 2 + place % 2 * half;
                    System.arraycopy(values, row * width, split, to * width, width);
                }
                values = split;
            }
            put(name + kind, gguf + kind, values);
        }
    }

    private float[] values(String... gguf) {
        List<float[]> rows = new ArrayList<>();
        for (String name : gguf) {
            WeightTensor weight = model.weight(name);
            for (long row = 0; row < weight.rows(); row++) {
                rows.add(weight.row(row));
            }
        }
        return joined(rows);
    }

    private String json() {
        return switch (config.architecture()) {
            case GPT2 ->
                """
                {"model_type": "gpt2", "n_embd": %d, "n_layer": %d, "n_head": %d, "n_positions": %d, "n_inner": %d,
                 "vocab_size": %d, "layer_norm_epsilon": %s, "activation_function": "gelu_new"}""".formatted(
                                config.embeddingLength(),
                                config.blockCount(),
                                config.headCount(),
                                config.contextLength(),
                                config.feedForwardLength(),
                                config.vocabularySize(),
                                config.rmsEpsilon());
            case OPENELM ->
                """
                {"model_type": "openelm", "model_dim": %d, "num_transformer_layers": %d, "head_dim": %d,
                 "num_query_heads": [%s], "num_kv_heads": [%s], "ffn_multipliers": [%s], "ffn_dim_divisor": 256,
                 "vocab_size": %d, "max_context_length": %d, "rope_freq_constant": %s}""".formatted(
                                config.embeddingLength(),
                                config.blockCount(),
                                config.keyLength(),
                                layers(LayerShape::headCount),
                                layers(LayerShape::kvHeadCount),
                                layers(shape -> shape.feedForwardLength() / (double) config.embeddingLength()),
                                config.vocabularySize(),
                                config.contextLength(),
                                config.ropeBase());
            default ->
                """
                {"model_type": "%s", "hidden_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
                 "num_key_value_heads": %d, "head_dim": %d, "intermediate_size": %d, "vocab_size": %d,
                 "max_position_embeddings": %d, "rope_theta": %s, "rms_norm_eps": %s%s}""".formatted(
                                config.architecture().id(),
                                config.embeddingLength(),
                                config.blockCount(),
                                config.headCount(),
                                config.kvHeadCount(),
                                config.keyLength(),
                                config.feedForwardLength(),
                                config.vocabularySize(),
                                config.contextLength(),
                                config.ropeBase(),
                                config.rmsEpsilon(),
                                more());
        };
    }

    private String more() {
        return switch (config.architecture()) {
            case PHI3 -> ", \"sliding_window\": " + config.features().slidingWindow();
            case GEMMA2 ->
                ", \"query_pre_attn_scalar\": %d, \"sliding_window\": %d"
                        .formatted(config.keyLength(), config.features().slidingWindow());
            case MINICPM ->
                ", \"scale_emb\": %s, \"scale_depth\": %s, \"dim_model_base\": %s"
                        .formatted(
                                config.features().embeddingScale(),
                                config.features().residualScale() * Math.sqrt(config.blockCount()),
                                config.embeddingLength()
                                        / (double) config.features().logitScale());
            default -> "";
        };
    }

    private String layers(Function<LayerShape, Number> size) {
        return IntStream.range(0, config.blockCount())
                .mapToObj(i -> String.valueOf(size.apply(config.layer(i))))
                .collect(Collectors.joining(","));
    }
}
