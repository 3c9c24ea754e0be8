package dev.hwc.ir.format.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What Hugging Face's folders call the weights that have GGUF's names here. Source: the modules of
 * transformers' model classes, and of OpenELM's and MiniCPM's own.
 */
final class HuggingFaceNames {
    private static final Map<String, String> LLAMA = Map.ofEntries(
            Map.entry("token_embd", "model.embed_tokens"),
            Map.entry("output_norm", "model.norm"),
            Map.entry("output", "lm_head"),
            Map.entry("blk", "model.layers"),
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("attn_q", "self_attn.q_proj"),
            Map.entry("attn_k", "self_attn.k_proj"),
            Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_qkv", "self_attn.qkv_proj"),
            Map.entry("attn_sub_norm", "self_attn.attn_sub_norm"),
            Map.entry("attn_output", "self_attn.o_proj"),
            Map.entry("ffn_norm", "post_attention_layernorm"),
            Map.entry("ffn_gate", "mlp.gate_proj"),
            Map.entry("ffn_up", "mlp.up_proj"),
            Map.entry("ffn_sub_norm", "mlp.ffn_sub_norm"),
            Map.entry("ffn_down", "mlp.down_proj"));
    private static final Map<String, String> PHI3 = with(LLAMA, Map.of("ffn_up", "mlp.gate_up_proj"));
    private static final Map<String, String> GEMMA2 = with(
            LLAMA,
            Map.of(
                    "post_attention_norm", "post_attention_layernorm",
                    "ffn_norm", "pre_feedforward_layernorm",
                    "post_ffw_norm", "post_feedforward_layernorm"));
    private static final Map<String, String> OPENELM = Map.ofEntries(
            Map.entry("token_embd", "transformer.token_embeddings"),
            Map.entry("output_norm", "transformer.norm"),
            Map.entry("output", "lm_head"),
            Map.entry("blk", "transformer.layers"),
            Map.entry("attn_norm", "attn_norm"),
            Map.entry("attn_qkv", "attn.qkv_proj"),
            Map.entry("attn_q_norm", "attn.q_norm"),
            Map.entry("attn_k_norm", "attn.k_norm"),
            Map.entry("attn_output", "attn.out_proj"),
            Map.entry("ffn_norm", "ffn_norm"),
            Map.entry("ffn_up", "ffn.proj_1"),
            Map.entry("ffn_down", "ffn.proj_2"));
    private static final Map<String, String> GPT2 = Map.ofEntries(
            Map.entry("token_embd", "transformer.wte"),
            Map.entry("position_embd", "transformer.wpe"),
            Map.entry("output_norm", "transformer.ln_f"),
            Map.entry("output", "lm_head"),
            Map.entry("blk", "transformer.h"),
            Map.entry("attn_norm", "ln_1"),
            Map.entry("attn_qkv", "attn.c_attn"),
            Map.entry("attn_output", "attn.c_proj"),
            Map.entry("ffn_norm", "ln_2"),
            Map.entry("ffn_up", "mlp.c_fc"),
            Map.entry("ffn_down", "mlp.c_proj"));
    private static final Map<String, String> OPT = with(
            LLAMA,
            Map.of(
                    "token_embd", "model.decoder.embed_tokens",
                    "position_embd", "model.decoder.embed_positions",
                    "output_norm", "model.decoder.final_layer_norm",
                    "blk", "model.decoder.layers",
                    "attn_norm", "self_attn_layer_norm",
                    "attn_output", "self_attn.out_proj",
                    "ffn_norm", "final_layer_norm",
                    "ffn_up", "fc1",
                    "ffn_down", "fc2"));

    private final Architecture architecture;
    private final Map<String, String> parts;
    private final Predicate<String> stored;

    /** @param stored whether a folder has a tensor of that name */
    HuggingFaceNames(Architecture architecture, Predicate<String> stored) {
        this.architecture = architecture;
        this.stored = stored;
        this.parts = switch (architecture) {
            case LLAMA, QWEN2, GEMMA, MINICPM, BITNET -> LLAMA;
            case PHI3 -> PHI3;
            case GEMMA2 -> GEMMA2;
            case OPENELM -> OPENELM;
            case GPT2 -> GPT2;
            case OPT -> OPT;
        };
    }

    private static Map<String, String> with(Map<String, String> base, Map<String, String> others) {
        Map<String, String> all = new HashMap<>(base);
        all.putAll(others);
        return Map.copyOf(all);
    }

    /** The name of a weight; GPT-2 and OPT are stored with and without the name of the module they are in. */
    String of(String weight) {
        String name = full(weight);
        String prefix = switch (architecture) {
            case GPT2 -> "transformer.";
            case OPT -> "model.";
            default -> "";
        };
        return name.startsWith(prefix) && !stored.test(name) ? name.substring(prefix.length()) : name;
    }

    private String full(String weight) {
        int dot = weight.lastIndexOf('.');
        String stem = weight.substring(0, dot);
        String kind = weight.substring(dot);
        if (!stem.startsWith("blk.")) {
            return part(stem) + kind;
        }
        String[] levels = stem.split("\\.", 3);
        return part("blk") + "." + levels[1] + "." + part(levels[2]) + kind;
    }

    private String part(String name) {
        return parts.getOrDefault(name, name);
    }

    /** The tensor of a folder that holds a weight beside others. */
    Optional<FusedTensor> fused(String weight, ModelConfig config) {
        boolean gateUp = architecture == Architecture.PHI3 || architecture == Architecture.OPENELM;
        boolean qkv = gateUp || architecture == Architecture.GPT2;
        return qkv ? FusedTensor.holding(weight, config, gateUp) : Optional.empty();
    }

    /** Whether matrices of layers are stored with one row per input. */
    boolean transposed(String weight) {
        return architecture == Architecture.GPT2 && weight.startsWith("blk.");
    }

    /** Whether a weight is stored without the 1 that its norm adds. */
    boolean withoutOne(String weight) {
        boolean gemma = architecture == Architecture.GEMMA || architecture == Architecture.GEMMA2;
        return gemma && weight.endsWith("_norm.weight");
    }

    /** Rows of the table of positions before the first one. */
    int positionOffset(String weight) {
        return architecture == Architecture.OPT && weight.equals(Weights.POSITIONS) ? 2 : 0;
    }

    /** Tensors that hold no weights: constants that older versions of transformers saved. */
    static boolean isConstant(String name) {
        return name.endsWith("rotary_emb.inv_freq") || name.endsWith("attn.bias") || name.endsWith("attn.masked_bias");
    }
}
