package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.OneLine;
import dev.hwc.ir.format.safetensors.PackedMatrix;
import dev.hwc.ir.format.safetensors.StoredTensor;
import dev.hwc.ir.format.safetensors.TensorFolder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads a llama or qwen2 from a folder as Hugging Face stores it. Weights get GGUF's names; queries and
 * keys rotate half-split pairs, whatever GGUF does for the architecture. GPTQ and AWQ weights are
 * decoded to F32.
 */
final class HuggingFaceReader {
    private static final List<String> PACKED = List.of(".qweight", ".qzeros", ".scales", ".g_idx");

    private final TensorFolder folder;
    private final ModelConfig config;
    private final Set<String> used = new HashSet<>();

    HuggingFaceReader(TensorFolder folder) {
        this.folder = folder;
        this.config = readConfig();
    }

    ModelConfig config() {
        return config;
    }

    private ModelConfig readConfig() {
        Architecture architecture =
                Architecture.named(folder.config().path("model_type").asString(""));
        if (architecture != Architecture.LLAMA && architecture != Architecture.QWEN2) {
            throw error(
                    "model_type",
                    "is '" + architecture.id() + "'; folders are read for llama and qwen2, convert to GGUF");
        }
        if (folder.config().path("rope_scaling").isObject()) {
            throw error("rope_scaling", "is not supported in folders; convert to GGUF");
        }
        int embedding = size("hidden_size");
        int heads = size("num_attention_heads");
        int headDim = size("head_dim", embedding / heads);
        return new ModelConfig(
                architecture,
                folder.name(),
                size("vocab_size"),
                size("max_position_embeddings"),
                embedding,
                size("num_hidden_layers"),
                size("intermediate_size"),
                heads,
                size("num_key_value_heads", heads),
                headDim,
                headDim,
                headDim,
                (float) folder.config().path("rope_theta").asDouble(10_000),
                (float) folder.config().path("rms_norm_eps").asDouble(0),
                RopeStyle.HALF_SPLIT,
                folder.tensor("model.layers.0.self_attn.q_proj.bias").isPresent(),
                folder.tensor("lm_head.weight").isEmpty(),
                folder.config().path("bos_token_id").asInt(-1),
                folder.config().path("eos_token_id").asInt(-1),
                ModelFeatures.NONE);
    }

    private int size(String key) {
        JsonNode value = folder.config().path(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw error(key, "is " + OneLine.of(value.toString()) + "; needed is a whole number above 0");
        }
        return value.asInt();
    }

    private int size(String key, int absent) {
        return folder.config().path(key).isNumber() ? size(key) : absent;
    }

    private IrException error(String key, String problem) {
        return new IrException(folder.name() + "/config.json: " + key + " " + problem);
    }

    /** The weights of the model; adds to {@code problems} what is missing, misshapen or left over. */
    List<WeightTensor> weights(List<String> problems) {
        List<WeightTensor> weights = new ArrayList<>();
        for (WeightSpec needed : Weights.of(config, GgmlType.F32)) {
            weight(needed, problems).ifPresent(weights::add);
        }
        folder.names().stream()
                .filter(name -> !used.contains(name) && !name.endsWith("rotary_emb.inv_freq"))
                .forEach(name -> problems.add(OneLine.of(name) + " is not supported"));
        return weights;
    }

    private Optional<WeightTensor> weight(WeightSpec needed, List<String> problems) {
        String name = storedName(needed.name());
        String stem = name.substring(0, name.lastIndexOf('.'));
        if (folder.tensor(stem + ".qweight").isPresent() && name.endsWith(".weight")) {
            PACKED.forEach(suffix -> used.add(stem + suffix));
            int rows = Math.toIntExact(needed.rows());
            int columns = Math.toIntExact(needed.columns());
            return Optional.of(new WeightTensor(needed, Optional.of(PackedMatrix.decode(folder, stem, rows, columns))));
        }
        used.add(name);
        Optional<StoredTensor> found = folder.tensor(name);
        if (found.isEmpty()) {
            problems.add(name + " " + needed.shape() + " is missing");
            return Optional.empty();
        }
        StoredTensor tensor = found.get();
        List<Long> shape = needed.rows() == 1 ? List.of(needed.columns()) : List.of(needed.rows(), needed.columns());
        if (!tensor.shape().equals(shape) || tensor.dtype().equals("I32")) {
            problems.add(name + " is " + tensor.dtype() + " " + tensor.shape() + " instead of " + shape);
            return Optional.empty();
        }
        WeightSpec spec =
                new WeightSpec(needed.name(), needed.rows(), needed.columns(), GgmlType.named(tensor.dtype()));
        return Optional.of(new WeightTensor(spec, Optional.of(tensor.data())));
    }

    /** Hugging Face's name of a weight. */
    private static String storedName(String name) {
        return name.replaceFirst("^token_embd", "model.embed_tokens")
                .replaceFirst("^output_norm", "model.norm")
                .replaceFirst("^output\\.", "lm_head.")
                .replaceFirst("^blk", "model.layers")
                .replace("attn_norm", "input_layernorm")
                .replace("ffn_norm", "post_attention_layernorm")
                .replace("attn_output", "self_attn.o_proj")
                .replaceFirst("attn_([qkv])", "self_attn.$1_proj")
                .replaceFirst("ffn_(gate|up|down)", "mlp.$1_proj");
    }
}
