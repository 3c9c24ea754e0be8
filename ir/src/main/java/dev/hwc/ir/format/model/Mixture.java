package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Architecture.Trait;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kinds of files that llama.cpp's quantizer makes without an importance matrix: most matrices get
 * one type, some a wider one; and two kinds of folders. Source: llama-quant.cpp, llama_tensor_get_type,
 * at commit 059325d9; the fallbacks are those of the files at hand.
 */
enum Mixture {
    Q2_K(GgmlType.Q2_K),
    Q3_K_S(GgmlType.Q3_K),
    Q3_K_M(GgmlType.Q3_K),
    Q3_K_L(GgmlType.Q3_K),
    Q4_K_S(GgmlType.Q4_K),
    Q4_K_M(GgmlType.Q4_K),
    Q5_K_S(GgmlType.Q5_K),
    Q5_K_M(GgmlType.Q5_K),
    Q6_K(GgmlType.Q6_K),
    TQ1_0(GgmlType.TQ1_0),
    TQ2_0(GgmlType.TQ2_0),
    /** Folders of four bits, symmetric: every zero point is 8. */
    GPTQ(GgmlType.Q4_0),
    /** Folders of four bits with zero points. */
    AWQ(GgmlType.Q4_ZP);

    private static final int LAYERS_OF_70B = 80;

    private final GgmlType base;

    Mixture(GgmlType base) {
        this.base = base;
    }

    String lowerName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The types of a model's matrices by a name of users: a mixture, or one type for all. A table of
     * positions stays F32, as in converted files.
     *
     * @throws IrException listing the names when it is none
     */
    static Weights.Types types(String name, ModelConfig config) {
        Weights.Types chosen = named(name).map(mixture -> mixture.of(config)).orElseGet(() -> {
            GgmlType type = plain(name);
            return (weight, columns) -> type;
        });
        return (weight, columns) -> weight.equals(Weights.POSITIONS) ? GgmlType.F32 : chosen.of(weight, columns);
    }

    private static Optional<Mixture> named(String name) {
        return Arrays.stream(values())
                .filter(mixture -> mixture.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private static GgmlType plain(String name) {
        return Arrays.stream(GgmlType.values())
                .filter(GgmlType::isReadable)
                .filter(type -> type.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IrException("tensor type '" + name + "' is unknown; known are "
                        + Stream.concat(
                                        Arrays.stream(GgmlType.values())
                                                .filter(GgmlType::isReadable)
                                                .map(GgmlType::lowerName),
                                        Arrays.stream(values()).map(Mixture::lowerName))
                                .distinct()
                                .collect(Collectors.joining(", "))));
    }

    private Weights.Types of(ModelConfig config) {
        return (weight, columns) -> fitting(wanted(weight, columns, config), columns);
    }

    private GgmlType wanted(String weight, long columns, ModelConfig config) {
        if (this == GPTQ || this == AWQ) {
            return weight.startsWith("blk.") ? base : GgmlType.F16;
        }
        String output = config.tiedEmbeddings() ? Weights.EMBEDDING : Weights.OUTPUT;
        if (weight.equals(output)) {
            return base.divides(columns) ? GgmlType.Q6_K : GgmlType.Q8_0;
        }
        if (weight.equals(Weights.EMBEDDING)) {
            return this == TQ1_0 || this == TQ2_0 ? GgmlType.Q4_K : base;
        }
        int layer = Integer.parseInt(weight.split("\\.", 3)[1]);
        return switch (weight.split("\\.", 3)[2]) {
            case "attn_q.weight", "attn_k.weight" -> fused(config) ? fusedQkv() : base;
            case "attn_v.weight" -> fused(config) ? fusedQkv() : values(layer, config);
            case "attn_output.weight" -> attentionOutput();
            case "ffn_down.weight" -> down(layer, config.blockCount());
            default -> base;
        };
    }

    private static boolean fused(ModelConfig config) {
        return config.architecture().has(Trait.FUSED_QKV);
    }

    private GgmlType fusedQkv() {
        return switch (this) {
            case Q3_K_M, Q3_K_L -> GgmlType.Q4_K;
            case Q4_K_M -> GgmlType.Q5_K;
            case Q5_K_M -> GgmlType.Q6_K;
            default -> base;
        };
    }

    private GgmlType values(int layer, ModelConfig config) {
        GgmlType type = switch (this) {
            case Q2_K ->
                config.layer(0).headCount() / config.layer(0).kvHeadCount() >= 4 ? GgmlType.Q4_K : GgmlType.Q3_K;
            case Q3_K_M -> layer < 2 ? GgmlType.Q5_K : GgmlType.Q4_K;
            case Q3_K_L -> GgmlType.Q5_K;
            case Q4_K_S -> layer < 4 ? GgmlType.Q5_K : base;
            case Q4_K_M, Q5_K_M -> wantsMore(layer, config.blockCount()) ? GgmlType.Q6_K : base;
            default -> base;
        };
        boolean shared70b = config.blockCount() == LAYERS_OF_70B
                && (config.architecture() == Architecture.QWEN2
                        || config.architecture() == Architecture.LLAMA && config.queryGroup() > 1);
        return shared70b && (type == GgmlType.Q3_K || type == GgmlType.Q4_K) ? GgmlType.Q5_K : type;
    }

    private GgmlType attentionOutput() {
        return switch (this) {
            case Q2_K -> GgmlType.Q3_K;
            case Q3_K_M -> GgmlType.Q4_K;
            case Q3_K_L -> GgmlType.Q5_K;
            default -> base;
        };
    }

    private GgmlType down(int layer, int layers) {
        return switch (this) {
            case Q2_K -> GgmlType.Q3_K;
            case Q3_K_M -> layer < layers / 16 ? GgmlType.Q5_K : GgmlType.Q4_K;
            case Q3_K_L -> GgmlType.Q5_K;
            case Q4_K_S -> layer < layers / 8 ? GgmlType.Q5_K : base;
            case Q4_K_M, Q5_K_M -> wantsMore(layer, layers) ? GgmlType.Q6_K : base;
            default -> base;
        };
    }

    /** The first and the last eighth of the layers, and every third between. */
    private static boolean wantsMore(int layer, int layers) {
        return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
    }

    /** The type, or one with blocks of 32, or of one value, where rows are not whole blocks of it. */
    private static GgmlType fitting(GgmlType type, long columns) {
        if (type.divides(columns)) {
            return type;
        }
        GgmlType narrow = switch (type) {
            case Q2_K, Q3_K -> GgmlType.IQ4_NL;
            case Q4_K -> GgmlType.Q5_0;
            case Q5_K -> GgmlType.Q5_1;
            case Q6_K -> GgmlType.Q8_0;
            case TQ1_0, TQ2_0 -> GgmlType.Q4_0;
            default -> GgmlType.F16;
        };
        return narrow.divides(columns) ? narrow : GgmlType.F16;
    }
}
