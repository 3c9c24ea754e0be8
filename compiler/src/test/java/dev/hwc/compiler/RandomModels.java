package dev.hwc.compiler;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.GgufValue;
import dev.hwc.ir.format.gguf.GgufWriter;
import dev.hwc.ir.format.model.Architecture;
import dev.hwc.ir.format.model.ModelConfig;
import dev.hwc.ir.format.model.ModelFeatures;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Small random models as GGUF files: head sizes 8 to 64, grouped heads, partial rotation, biases. */
public final class RandomModels {
    private static final int VOCABULARY = 96;
    private static final List<Integer> HEAD_SIZES = List.of(8, 16, 48, 64);
    private static final List<GgmlType> TYPES = List.of(GgmlType.F32, GgmlType.F16, GgmlType.Q8_0, GgmlType.Q4_0);

    private RandomModels() {}

    /** A random configuration. */
    public static ModelConfig config(Random random) {
        Architecture architecture = random.nextBoolean() ? Architecture.LLAMA : Architecture.QWEN2;
        int kvHeads = 1 + random.nextInt(2);
        int headDim = HEAD_SIZES.get(random.nextInt(HEAD_SIZES.size()));
        return new ModelConfig(
                architecture,
                "random",
                VOCABULARY,
                64,
                32 * (1 + random.nextInt(3)),
                1 + random.nextInt(2),
                32 * (1 + random.nextInt(4)),
                kvHeads * (1 + random.nextInt(3)),
                kvHeads,
                headDim,
                headDim,
                random.nextBoolean() ? headDim : headDim / 2,
                10_000,
                1e-5f,
                architecture.ropeStyle(),
                random.nextBoolean(),
                random.nextBoolean(),
                -1,
                -1,
                ModelFeatures.NONE);
    }

    /** Writes a model of two layers with biases, a head of its own and random weights, always the same ones. */
    public static void writeQwen2(GgmlType type, Path file) {
        ModelConfig config = new ModelConfig(
                Architecture.QWEN2,
                "random",
                VOCABULARY,
                64,
                64,
                2,
                64,
                4,
                2,
                16,
                16,
                16,
                10_000,
                1e-5f,
                Architecture.QWEN2.ropeStyle(),
                true,
                true,
                -1,
                -1,
                ModelFeatures.NONE);
        write(config, type, new Random(3), file);
    }

    /** A random type that the weights of a configuration can have. */
    public static GgmlType type(ModelConfig config, Random random) {
        return config.queryLength() % 32 == 0 ? TYPES.get(random.nextInt(TYPES.size())) : TYPES.get(random.nextInt(2));
    }

    /** Writes a model with random weights. */
    public static void write(ModelConfig config, GgmlType type, Random random, Path file) {
        GgufWriter writer = new GgufWriter();
        metadata(config, writer);
        for (WeightSpec spec : Weights.of(config, type)) {
            boolean vector = spec.rows() == 1;
            List<Long> shape = vector ? List.of(spec.columns()) : List.of(spec.columns(), spec.rows());
            writer.tensor(spec.name(), spec.type(), shape, (row, target) -> RandomWeights.fill(target, vector, random));
        }
        writer.write(file);
    }

    private static void metadata(ModelConfig config, GgufWriter writer) {
        String prefix = config.architecture().id() + ".";
        writer.put("general.architecture", GgufValue.text(config.architecture().id()));
        writer.put(prefix + "vocab_size", GgufValue.u32(config.vocabularySize()));
        writer.put(prefix + "context_length", GgufValue.u32(config.contextLength()));
        writer.put(prefix + "embedding_length", GgufValue.u32(config.embeddingLength()));
        writer.put(prefix + "block_count", GgufValue.u32(config.blockCount()));
        writer.put(prefix + "feed_forward_length", GgufValue.u32(config.feedForwardLength()));
        writer.put(prefix + "attention.head_count", GgufValue.u32(config.headCount()));
        writer.put(prefix + "attention.head_count_kv", GgufValue.u32(config.kvHeadCount()));
        writer.put(prefix + "attention.key_length", GgufValue.u32(config.keyLength()));
        writer.put(prefix + "attention.value_length", GgufValue.u32(config.valueLength()));
        writer.put(prefix + "rope.dimension_count", GgufValue.u32(config.ropeDimensionCount()));
        writer.put(prefix + "rope.freq_base", GgufValue.f32(config.ropeBase()));
        writer.put(prefix + "attention.layer_norm_rms_epsilon", GgufValue.f32(config.rmsEpsilon()));
    }
}
