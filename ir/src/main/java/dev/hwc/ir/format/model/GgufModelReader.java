package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.gguf.GgufMetadata;
import dev.hwc.ir.format.gguf.GgufValue;
import dev.hwc.ir.format.gguf.GgufValueType;
import dev.hwc.ir.format.gguf.OneLine;
import dev.hwc.ir.format.model.Architecture.Trait;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads a {@link ModelConfig} from the metadata of a GGUF file. */
final class GgufModelReader {
    private static final double DEFAULT_ROPE_BASE = 10_000;

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final Architecture architecture;

    private GgufModelReader(GgufFile file, Architecture architecture) {
        this.file = file;
        this.metadata = file.metadata();
        this.architecture = architecture;
    }

    /**
     * The configuration of the model in {@code file}.
     *
     * @throws IrException naming the file when the architecture is not supported or a key is missing
     *     or out of range
     */
    static ModelConfig read(GgufFile file) {
        String id = file.metadata().text("general.architecture");
        try {
            GgufModelReader reader = new GgufModelReader(file, Architecture.named(id));
            reader.refuseUnsupported();
            return reader.config();
        } catch (IrException e) {
            throw inFile(file, e);
        }
    }

    private static IrException inFile(GgufFile file, IrException problem) {
        String message = String.valueOf(problem.getMessage());
        return message.startsWith(file.name())
                ? problem
                : new IrException(OneLine.of(file.name() + ": " + message), problem);
    }

    private ModelConfig config() {
        int embedding = size("embedding_length", ModelConfig.MAXIMUM_SIZE);
        int blocks = size("block_count", ModelConfig.MAXIMUM_BLOCKS);
        List<LayerShape> layers = layers(blocks);
        LayerShape widest = layers.stream()
                .max(Comparator.comparingInt(LayerShape::headCount))
                .orElseGet(this::uniform);
        int keyLength = size("attention.key_length", ModelConfig.MAXIMUM_SIZE, embedding / widest.headCount());
        int vocabulary = vocabularySize();
        return new ModelConfig(
                architecture,
                metadata.text("general.name", ""),
                vocabulary,
                size("context_length", Integer.MAX_VALUE),
                embedding,
                blocks,
                widest.feedForwardLength(),
                widest.headCount(),
                widest.kvHeadCount(),
                keyLength,
                size("attention.value_length", ModelConfig.MAXIMUM_SIZE, embedding / widest.headCount()),
                size("rope.dimension_count", keyLength, keyLength),
                (float) metadata.real(key("rope.freq_base"), DEFAULT_ROPE_BASE),
                (float) metadata.real(key(
                        architecture.has(Trait.LAYER_NORM)
                                ? "attention.layer_norm_epsilon"
                                : "attention.layer_norm_rms_epsilon")),
                architecture.ropeStyle(),
                hasQkvBias(),
                file.tensor(Weights.OUTPUT).isEmpty(),
                metadata.integer("tokenizer.ggml.bos_token_id", 0, vocabulary - 1, -1),
                metadata.integer("tokenizer.ggml.eos_token_id", 0, vocabulary - 1, -1),
                features(embedding, layers));
    }

    private boolean hasQkvBias() {
        return file.tensor(Weights.block(0, "attn_q.bias")).isPresent()
                || file.tensor(Weights.block(0, "attn_qkv.bias")).isPresent();
    }

    private LayerShape uniform() {
        int heads = size("attention.head_count", ModelConfig.MAXIMUM_SIZE);
        return new LayerShape(
                heads,
                size("attention.head_count_kv", heads, heads),
                size("feed_forward_length", ModelConfig.MAXIMUM_SIZE));
    }

    /** The sizes of each layer where the file gives them as arrays, else nothing. */
    private List<LayerShape> layers(int blocks) {
        List<String> keys = List.of("attention.head_count", "attention.head_count_kv", "feed_forward_length");
        if (keys.stream().noneMatch(this::isArray)) {
            return List.of();
        }
        int[][] sizes = keys.stream().map(suffix -> perLayer(suffix, blocks)).toArray(int[][]::new);
        return IntStream.range(0, blocks)
                .mapToObj(layer -> new LayerShape(sizes[0][layer], sizes[1][layer], sizes[2][layer]))
                .toList();
    }

    private boolean isArray(String suffix) {
        return metadata.find(key(suffix)).orElse(GgufValue.u32(0)).type() == GgufValueType.ARRAY;
    }

    private int[] perLayer(String suffix, int blocks) {
        int[] values = new int[blocks];
        if (!isArray(suffix)) {
            Arrays.fill(values, size(suffix, ModelConfig.MAXIMUM_SIZE));
            return values;
        }
        int[] given = metadata.ints(key(suffix));
        if (given.length != blocks) {
            throw metadata.error(key(suffix), "has " + given.length + " entries for " + blocks + " blocks");
        }
        for (int layer = 0; layer < blocks; layer++) {
            if (given[layer] < 1 || given[layer] > ModelConfig.MAXIMUM_SIZE) {
                throw metadata.error(
                        key(suffix),
                        "is " + given[layer] + " for block " + layer + "; allowed are 1 to "
                                + ModelConfig.MAXIMUM_SIZE);
            }
        }
        return given;
    }

    private ModelFeatures features(int embedding, List<LayerShape> layers) {
        ModelFeatures.Builder features = ModelFeatures.NONE.with().layers(layers);
        return switch (architecture) {
            case LLAMA, QWEN2, BITNET, GPT2, OPENELM, OPT -> features.build();
            case PHI3 ->
                features.slidingWindow(window(0))
                        .longRope(
                                real("rope.scaling.attn_factor", 1),
                                file.tensor(Weights.ROPE_SHORT).isPresent()
                                        ? size("rope.scaling.original_context_length", Integer.MAX_VALUE)
                                        : 0)
                        .build();
            case GEMMA -> features.embeddingScale(Math.sqrt(embedding)).build();
            case GEMMA2 ->
                features.embeddingScale(Math.sqrt(embedding))
                        .softCaps(real("attn_logit_softcapping", 50), real("final_logit_softcapping", 30))
                        .slidingWindow(window(4096))
                        .build();
            case MINICPM ->
                features.embeddingScale(metadata.real(key("embedding_scale")))
                        .residualScale(metadata.real(key("residual_scale")))
                        .logitScale(metadata.real(key("logit_scale")))
                        .build();
        };
    }

    private int window(int absent) {
        return metadata.integer(key("attention.sliding_window"), 0, Integer.MAX_VALUE, absent);
    }

    private float real(String suffix, double absent) {
        return (float) metadata.real(key(suffix), absent);
    }

    private int vocabularySize() {
        String key = key("vocab_size");
        if (metadata.contains(key)) {
            return metadata.integer(key, 1, ModelConfig.MAXIMUM_SIZE);
        }
        int tokens = metadata.texts("tokenizer.ggml.tokens").length;
        if (tokens == 0) {
            throw metadata.error("tokenizer.ggml.tokens", "is empty; a model needs a vocabulary");
        }
        return tokens;
    }

    /** The factors of a linear scaling of positions, which the file holds as one number. */
    static Optional<WeightTensor> linearFactors(GgufFile file, ModelConfig config) {
        String prefix = config.architecture().id() + ".rope.scaling.";
        boolean linear = file.metadata().text(prefix + "type", "none").equals("linear");
        if (!linear || config.architecture().has(Trait.POSITIONS)) {
            return Optional.empty();
        }
        float factor = (float) file.metadata().real(prefix + "factor", 1);
        if (!(factor > 0) || Float.isInfinite(factor)) {
            throw file.metadata().error(prefix + "factor", "is " + factor + "; needed is a positive number");
        }
        return Optional.of(RotationFactors.linear(config.ropeDimensionCount(), factor));
    }

    /** Features that would change the result if they were ignored. */
    private void refuseUnsupported() {
        if (architecture == Architecture.OPT) {
            throw metadata.error(
                    "general.architecture", "is 'opt', for which GGUF has no agreed form; use the Hugging Face folder");
        }
        refuseUnless("rope.scaling.type", architecture == Architecture.PHI3 ? "longrope" : "linear");
        if (metadata.integer(key("expert_count"), 0, Integer.MAX_VALUE, 0) > 0) {
            throw metadata.error(key("expert_count"), "is set; mixtures of experts are not supported");
        }
        if (architecture != Architecture.OPENELM && isArray("attention.head_count_kv")) {
            throw metadata.error(key("attention.head_count_kv"), "differs per layer, which is not supported");
        }
    }

    private void refuseUnless(String suffix, String allowed) {
        String value = metadata.text(key(suffix), allowed);
        if (!value.equals(allowed) && !value.equals("none")) {
            throw metadata.error(key(suffix), "is '" + value + "'; supported is '" + allowed + "'");
        }
    }

    private int size(String suffix, int maximum) {
        return metadata.integer(key(suffix), 1, maximum);
    }

    private int size(String suffix, int maximum, int absent) {
        return metadata.integer(key(suffix), 1, maximum, absent);
    }

    private String key(String suffix) {
        return architecture.id() + "." + suffix;
    }
}
