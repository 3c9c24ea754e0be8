package dev.hwc.ir.format.model;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.safetensors.FolderRecipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** Valid folders of all architectures with one to three random changes in header, configuration or index. */
final class FolderMutator {
    static final List<String> CONFIGS = List.of(
            llama("llama", ""),
            llama("qwen2", ""),
            llama(
                    "llama",
                    ", \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 1,"
                            + " \"high_freq_factor\": 4, \"original_max_position_embeddings\": 64}"),
            llama("llama", ", \"quantization_config\": {\"quant_method\": \"gptq\", \"bits\": 4, \"group_size\": 32}"),
            llama(
                    "phi3",
                    ", \"original_max_position_embeddings\": 16, \"rope_scaling\": {\"type\": \"longrope\","
                            + " \"short_factor\": [1, 1.5, 2, 2.5], \"long_factor\": [1, 3, 5, 9]}, \"sliding_window\": 9"),
            llama("phi3", ", \"quantization_config\": {\"quant_method\": \"gptq\", \"bits\": 4, \"group_size\": 32}"),
            llama("gemma", ", \"hidden_act\": \"gelu\""),
            llama("gemma2", ", \"hidden_act\": \"gelu\", \"sliding_window\": 9, \"query_pre_attn_scalar\": 7"),
            llama("minicpm", ", \"scale_emb\": 12, \"scale_depth\": 1.4, \"dim_model_base\": 16"),
            llama(
                    "bitnet",
                    ", \"quantization_config\": {\"quant_method\": \"bitnet\", \"linear_class\": \"autobitlinear\"}"),
            "{\"model_type\": \"gpt2\", \"n_embd\": 32, \"n_layer\": 1, \"n_head\": 4, \"n_positions\": 20, \"vocab_size\": 40}",
            "{\"model_type\": \"opt\", \"hidden_size\": 32, \"num_hidden_layers\": 1, \"num_attention_heads\": 4,"
                    + " \"ffn_dim\": 48, \"vocab_size\": 40, \"max_position_embeddings\": 20}",
            "{\"model_type\": \"openelm\", \"model_dim\": 32, \"num_transformer_layers\": 2, \"head_dim\": 8,"
                    + " \"num_query_heads\": [2, 4], \"num_kv_heads\": [1, 2], \"ffn_multipliers\": [1, 2],"
                    + " \"ffn_dim_divisor\": 16, \"vocab_size\": 40, \"max_context_length\": 64}");
    private static final List<String> VALUES = List.of(
            "0",
            "1",
            "-1",
            "7",
            "1.5",
            "65536",
            "16777216",
            "2147483647",
            "4294967296",
            "9223372036854775807",
            "92233720368547758079",
            "1e400",
            "1e-400",
            "null",
            "true",
            "\"x\"",
            "[]",
            "{}",
            "[[[[[[[[" + "[".repeat(2000),
            "9".repeat(2000));
    private static final Pattern VALUE = Pattern.compile("-?\\d+(\\.\\d+)?|\"[^\"]*\"");

    private final Random random;

    FolderMutator(Random random) {
        this.random = random;
    }

    private static String llama(String type, String more) {
        return ("{\"model_type\": \"%s\", \"hidden_size\": 32, \"num_hidden_layers\": 2, \"num_attention_heads\": 4,"
                        + " \"num_key_value_heads\": 2, \"intermediate_size\": 64, \"vocab_size\": 40,"
                        + " \"max_position_embeddings\": 64, \"rms_norm_eps\": 1e-5%s}")
                .formatted(type, more);
    }

    /** Writes the next damaged folder. */
    void next(Path folder) throws IOException {
        String config = CONFIGS.get(random.nextInt(CONFIGS.size()));
        byte[] shard = shard(config);
        String index = "{\"weight_map\":{\"a\":\"model.safetensors\",\"b\":\"model.safetensors\"}}";
        int changes = 1 + random.nextInt(3);
        boolean withIndex = random.nextInt(4) == 0;
        for (int i = 0; i < changes; i++) {
            int file = random.nextInt(withIndex ? 5 : 4);
            if (file < 2) {
                config = changed(config);
            } else if (file < 4) {
                shard = changed(shard);
            } else {
                index = changed(index);
            }
        }
        Files.writeString(folder.resolve("config.json"), config);
        Files.write(folder.resolve("model.safetensors"), shard);
        Path indexFile = folder.resolve("model.safetensors.index.json");
        Files.deleteIfExists(indexFile);
        if (withIndex) {
            Files.writeString(indexFile, index);
        }
    }

    /** A shard with exactly the tensors that a configuration needs, all zero but scales. */
    static byte[] shard(String config) {
        HuggingFaceConfig file =
                HuggingFaceConfig.of("", "", JsonMapper.shared().readTree(config));
        ModelConfig model = file.config(RopeStyle.HALF_SPLIT, file.qkvBias(), true);
        HuggingFaceNames names = new HuggingFaceNames(file.architecture(), name -> true);
        FolderRecipe recipe = new FolderRecipe(config);
        Set<String> done = new HashSet<>();
        for (WeightSpec spec : Weights.of(model, GgmlType.F32)) {
            FusedTensor whole = names.fused(spec.name(), model)
                    .orElse(new FusedTensor(spec.name(), 0, spec.rows() == 1 ? spec.columns() : spec.rows()));
            int rows = Math.toIntExact(whole.rows()) + names.positionOffset(spec.name());
            String name = names.of(whole.name());
            if (done.add(name)) {
                put(recipe, config, spec, name, rows, names.transposed(spec.name()));
            }
        }
        return recipe.shard();
    }

    private static void put(
            FolderRecipe recipe, String config, WeightSpec spec, String name, int rows, boolean transposed) {
        int columns = Math.toIntExact(spec.columns());
        String stem = name.replaceFirst("\\.weight$", "");
        boolean projection = spec.rows() > 1 && spec.name().startsWith("blk.");
        if (spec.rows() == 1) {
            recipe.put(name, new float[rows]);
        } else if (projection && config.contains("autobitlinear")) {
            recipe.putBytes(name, new byte[rows / 4 * columns], columns);
            recipe.put(stem + ".weight_scale", new float[] {0.5f});
        } else if (projection && config.contains("gptq")) {
            recipe.putWords(stem + ".qweight", new int[columns / 8 * rows], rows);
            recipe.putWords(stem + ".qzeros", new int[columns / 32 * rows / 8], rows / 8);
            recipe.putHalves(stem + ".scales", new short[columns / 32 * rows], rows);
        } else {
            recipe.put(name, new float[rows * columns], transposed ? rows : columns);
        }
    }

    private String changed(String text) {
        List<MatchResult> values = VALUE.matcher(text).results().toList();
        if (values.isEmpty() || random.nextInt(3) == 0) {
            return new String(changed(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        }
        MatchResult value = values.get(random.nextInt(values.size()));
        String other = random.nextInt(4) == 0
                ? values.get(random.nextInt(values.size())).group()
                : VALUES.get(random.nextInt(VALUES.size()));
        return text.substring(0, value.start()) + other + text.substring(value.end());
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length < 16) {
            return bytes;
        }
        int end = Math.min(bytes.length, 2200);
        int at = random.nextInt(end);
        int to = Math.min(bytes.length, at + 1 + random.nextInt(40));
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> joined(bytes, at, new byte[0], to);
            case 2 -> joined(bytes, at, Arrays.copyOfRange(bytes, at, to), at);
            case 3 -> number(bytes, at);
            case 4 -> {
                int start = Math.min(8, at);
                String header = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
                List<MatchResult> values =
                        new ArrayList<>(VALUE.matcher(header).results().toList());
                if (values.isEmpty()) {
                    yield bytes;
                }
                MatchResult value = values.get(random.nextInt(values.size()));
                byte[] other = VALUES.get(random.nextInt(VALUES.size())).getBytes(StandardCharsets.UTF_8);
                yield joined(bytes, start + value.start(), other, start + value.end());
            }
            default -> {
                byte[] copy = bytes.clone();
                copy[at] = (byte) random.nextInt(256);
                yield copy;
            }
        };
    }

    private static byte[] joined(byte[] bytes, int at, byte[] middle, int to) {
        byte[] result = new byte[at + middle.length + bytes.length - to];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(middle, 0, result, at, middle.length);
        System.arraycopy(bytes, to, result, at + middle.length, bytes.length - to);
        return result;
    }

    /** A length of eight bytes at the start of the file, or a byte elsewhere. */
    private byte[] number(byte[] bytes, int at) {
        byte[] copy = bytes.clone();
        copy[random.nextBoolean() ? random.nextInt(8) : at] ^= (byte) (1 << random.nextInt(8));
        return copy;
    }
}
