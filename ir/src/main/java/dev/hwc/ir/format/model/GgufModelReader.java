package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.gguf.GgufMetadata;
import dev.hwc.ir.format.gguf.GgufValue;
import dev.hwc.ir.format.gguf.GgufValueType;
import dev.hwc.ir.format.gguf.OneLine;

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
        int heads = size("attention.head_count", ModelConfig.MAXIMUM_SIZE);
        int keyLength = size("attention.key_length", ModelConfig.MAXIMUM_SIZE, embedding / heads);
        int vocabulary = vocabularySize();
        return new ModelConfig(
                architecture,
                metadata.text("general.name", ""),
                vocabulary,
                size("context_length", Integer.MAX_VALUE),
                embedding,
                size("block_count", ModelConfig.MAXIMUM_BLOCKS),
                size("feed_forward_length", ModelConfig.MAXIMUM_SIZE),
                heads,
                size("attention.head_count_kv", heads, heads),
                keyLength,
                size("attention.value_length", ModelConfig.MAXIMUM_SIZE, embedding / heads),
                size("rope.dimension_count", keyLength, keyLength),
                (float) metadata.real(key("rope.freq_base"), DEFAULT_ROPE_BASE),
                (float) metadata.real(key("attention.layer_norm_rms_epsilon")),
                architecture.ropeStyle(),
                file.tensor(Weights.block(0, "attn_q.bias")).isPresent(),
                file.tensor(Weights.OUTPUT).isEmpty(),
                metadata.integer("tokenizer.ggml.bos_token_id", 0, vocabulary - 1, -1),
                metadata.integer("tokenizer.ggml.eos_token_id", 0, vocabulary - 1, -1));
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

    /** Features that would change the result if they were ignored. */
    private void refuseUnsupported() {
        refuseUnless("rope.scaling.type", "none");
        if (metadata.integer(key("expert_count"), 0, Integer.MAX_VALUE, 0) > 0) {
            throw metadata.error(key("expert_count"), "is set; mixtures of experts are not supported");
        }
        if (metadata.find(key("attention.head_count_kv"))
                        .orElse(GgufValue.u32(0))
                        .type()
                == GgufValueType.ARRAY) {
            throw metadata.error(key("attention.head_count_kv"), "differs per layer, which is not supported");
        }
    }

    private void refuseUnless(String suffix, String allowed) {
        String value = metadata.text(key(suffix), allowed);
        if (!value.equals(allowed)) {
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
