package dev.hwc.ir.format.model;

import dev.hwc.ir.format.model.Architecture.Trait;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A model's configuration from Hugging Face's config.json. What would change the result and is not
 * supported is refused. Source of keys and defaults: the configuration classes of transformers, and of
 * the models that bring their own (OpenELM, MiniCPM).
 */
final class HuggingFaceConfig {
    private static final int OPENELM_DEFAULT_DIVISOR = 256;

    private final String name;
    private final ConfigKeys keys;
    private final Architecture architecture;

    private HuggingFaceConfig(String name, String source, JsonNode json) {
        this.name = name;
        this.keys = new ConfigKeys(source, json);
        this.architecture = Architecture.named(keys.text("model_type", ""));
    }

    /**
     * The configuration as far as the file says it.
     *
     * @param name of the model, for people
     * @param source names the file in messages
     * @throws dev.hwc.ir.IrException naming the key that is missing, out of range or not supported
     */
    static HuggingFaceConfig of(String name, String source, JsonNode json) {
        return new HuggingFaceConfig(name, source, json);
    }

    Architecture architecture() {
        return architecture;
    }

    /** Whether the output projection is the embedding, as the file or its architecture's default says. */
    boolean tied() {
        boolean absent = switch (architecture) {
            case LLAMA, QWEN2, PHI3 -> false;
            case GEMMA, GEMMA2, MINICPM, BITNET, GPT2, OPT, OPENELM -> true;
        };
        return architecture == Architecture.OPENELM
                ? keys.flag("share_input_output_layers", absent)
                : keys.flag("tie_word_embeddings", absent);
    }

    /** Whether queries, keys and values have biases, by the architecture. */
    boolean qkvBias() {
        return architecture == Architecture.QWEN2 || architecture.has(Trait.LAYER_NORM);
    }

    /** The factors of the rotation's frequencies. */
    List<WeightTensor> rotationFactors(ModelConfig config) {
        if (architecture.has(Trait.POSITIONS)) {
            return List.of();
        }
        return RotationFactors.of(scaling(), config.ropeDimensionCount(), ropeBase(), config.contextLength());
    }

    private ConfigKeys scaling() {
        return keys.has("rope_parameters") ? keys.object("rope_parameters") : keys.object("rope_scaling");
    }

    private double ropeBase() {
        return architecture == Architecture.OPENELM
                ? keys.real("rope_freq_constant", 10_000)
                : scaling().real("rope_theta", keys.real("rope_theta", 10_000));
    }

    /** The configuration with what the file's tensors decide. */
    ModelConfig config(RopeStyle style, boolean qkvBias, boolean tied) {
        return switch (architecture) {
            case LLAMA, QWEN2, PHI3, GEMMA, GEMMA2, MINICPM, BITNET -> llamaLike(style, qkvBias, tied);
            case OPENELM -> openElm(tied);
            case GPT2 -> gpt2(tied);
            case OPT -> opt(tied);
        };
    }

    private ModelConfig llamaLike(RopeStyle style, boolean qkvBias, boolean tied) {
        keys.refuse("attention_bias");
        keys.refuse("mlp_bias");
        refuseOtherActivations();
        int embedding = keys.size("hidden_size");
        int heads = keys.size("num_attention_heads");
        int head = keys.size("head_dim", Math.max(1, embedding / heads));
        return new ModelConfig(
                architecture,
                name,
                keys.size("vocab_size"),
                keys.size("max_position_embeddings"),
                embedding,
                keys.size("num_hidden_layers"),
                keys.size("intermediate_size"),
                heads,
                keys.size("num_key_value_heads", heads),
                head,
                head,
                Math.max(1, (int) (head * keys.real("partial_rotary_factor", 1))),
                (float) ropeBase(),
                (float) keys.real("rms_norm_eps"),
                style,
                qkvBias,
                tied,
                keys.token("bos_token_id"),
                keys.token("eos_token_id"),
                features(embedding, head));
    }

    private void refuseOtherActivations() {
        switch (architecture) {
            case GEMMA, GEMMA2 ->
                keys.refuseUnless(
                        keys.has("hidden_activation") ? "hidden_activation" : "hidden_act",
                        "gelu_pytorch_tanh",
                        "gelu");
            case BITNET -> keys.refuseUnless("hidden_act", "silu", "relu2");
            default -> keys.refuseUnless("hidden_act", "silu");
        }
    }

    private ModelFeatures features(int embedding, int head) {
        ModelFeatures.Builder features = ModelFeatures.NONE.with();
        switch (architecture) {
            case QWEN2 -> keys.refuse("use_sliding_window");
            case PHI3 -> phi3(features);
            case GEMMA -> features.embeddingScale(Math.sqrt(embedding));
            case GEMMA2 ->
                features.embeddingScale(Math.sqrt(embedding))
                        .attentionScale(attentionScale(head))
                        .softCaps(softCap("attn_logit_softcapping", 50), softCap("final_logit_softcapping", 30))
                        .slidingWindow(keys.size("sliding_window", 4096));
            case MINICPM ->
                features.embeddingScale(keys.real("scale_emb", 1))
                        .residualScale(keys.real("scale_depth", 1) / Math.sqrt(keys.size("num_hidden_layers")))
                        .logitScale(embedding / keys.real("dim_model_base", embedding));
            case BITNET -> features.squaredRelu(keys.text("hidden_act", "silu").equals("relu2"));
            default -> {}
        }
        return features.build();
    }

    /** 0, the default of the head's width, where the file says the same. */
    private double attentionScale(int head) {
        double width = keys.real("query_pre_attn_scalar", head);
        return width == head ? 0 : 1 / Math.sqrt(width);
    }

    /** Null means no cap, absent the published one. */
    private double softCap(String key, double absent) {
        return keys.node().path(key).isNull() ? 0 : keys.real(key, absent);
    }

    private void phi3(ModelFeatures.Builder features) {
        features.slidingWindow(keys.has("sliding_window") ? keys.size("sliding_window") : 0);
        String kind = RotationFactors.kind(scaling());
        if (kind.equals("longrope") || kind.equals("su")) {
            int context = keys.size("max_position_embeddings");
            int original = keys.size(
                    "original_max_position_embeddings", scaling().size("original_max_position_embeddings", context));
            features.longRope(RotationFactors.magnitude(scaling(), context, original), original);
        }
    }

    private ModelConfig openElm(boolean tied) {
        keys.refuseUnless("activation_fn_name", "swish", "silu");
        if (!keys.flag("normalize_qk_projections", true) || !keys.flag("ffn_with_glu", true)) {
            throw keys.error("normalize_qk_projections", "and ffn_with_glu must be true");
        }
        int embedding = keys.size("model_dim");
        int layers = Math.min(keys.size("num_transformer_layers"), ModelConfig.MAXIMUM_BLOCKS);
        List<LayerShape> shapes = openElmLayers(embedding, layers);
        LayerShape widest = shapes.getFirst();
        for (LayerShape shape : shapes) {
            widest = shape.headCount() > widest.headCount() ? shape : widest;
        }
        int head = keys.size("head_dim");
        return new ModelConfig(
                architecture,
                name,
                keys.size("vocab_size"),
                keys.size("max_context_length"),
                embedding,
                keys.size("num_transformer_layers"),
                widest.feedForwardLength(),
                widest.headCount(),
                widest.kvHeadCount(),
                head,
                head,
                head,
                (float) ropeBase(),
                (float) keys.real("rms_norm_eps", 1e-6),
                RopeStyle.HALF_SPLIT,
                false,
                tied,
                keys.token("bos_token_id"),
                keys.token("eos_token_id"),
                ModelFeatures.NONE.with().layers(shapes).build());
    }

    private List<LayerShape> openElmLayers(int embedding, int layers) {
        int[] heads = keys.sizes("num_query_heads", layers);
        int[] kvHeads = keys.sizes("num_kv_heads", layers);
        float[] multipliers = keys.reals("ffn_multipliers", layers);
        int divisor = keys.size("ffn_dim_divisor", OPENELM_DEFAULT_DIVISOR);
        List<LayerShape> shapes = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            shapes.add(new LayerShape(heads[i], kvHeads[i], divisible((double) multipliers[i] * embedding, divisor)));
        }
        return shapes;
    }

    /** The multiple of {@code divisor} nearest to {@code width}, the next one if that is a tenth too low. */
    private static int divisible(double width, int divisor) {
        double rounded = Math.max(divisor, Math.floor((width + divisor / 2.0) / divisor) * divisor);
        return (int) Math.min(ModelConfig.MAXIMUM_SIZE, rounded < 0.9 * width ? rounded + divisor : rounded);
    }

    private ModelConfig gpt2(boolean tied) {
        keys.refuseUnless("activation_function", "gelu_new", "gelu_pytorch_tanh");
        keys.refuse("scale_attn_by_inverse_layer_idx");
        keys.refuse("add_cross_attention");
        int embedding = keys.size("n_embd");
        return withPositions(
                embedding,
                keys.size("n_layer"),
                keys.size("n_head"),
                keys.size("n_inner", Math.multiplyExact(4, Math.min(embedding, ModelConfig.MAXIMUM_SIZE))),
                keys.size("n_positions", keys.size("n_ctx", 1024)),
                keys.real("layer_norm_epsilon", 1e-5),
                tied);
    }

    private ModelConfig opt(boolean tied) {
        keys.refuseUnless("activation_function", "relu");
        int embedding = keys.size("hidden_size");
        boolean asPublished = keys.flag("do_layer_norm_before", true)
                && keys.flag("enable_bias", true)
                && keys.flag("layer_norm_elementwise_affine", true)
                && keys.size("word_embed_proj_dim", embedding) == embedding;
        if (!asPublished) {
            throw keys.error(
                    "do_layer_norm_before",
                    "or enable_bias or layer_norm_elementwise_affine is false, or word_embed_proj_dim is not hidden_size;"
                            + " none of these is supported");
        }
        return withPositions(
                embedding,
                keys.size("num_hidden_layers"),
                keys.size("num_attention_heads"),
                keys.size("ffn_dim"),
                keys.size("max_position_embeddings"),
                1e-5,
                tied);
    }

    private ModelConfig withPositions(
            int embedding, int layers, int heads, int feedForward, int context, double epsilon, boolean tied) {
        int head = Math.max(1, embedding / heads);
        return new ModelConfig(
                architecture,
                name,
                keys.size("vocab_size"),
                context,
                embedding,
                layers,
                feedForward,
                heads,
                heads,
                head,
                head,
                head / 2 * 2 == 0 ? head : head / 2 * 2,
                10_000,
                (float) epsilon,
                RopeStyle.HALF_SPLIT,
                true,
                tied,
                keys.token("bos_token_id"),
                keys.token("eos_token_id"),
                ModelFeatures.NONE);
    }
}
