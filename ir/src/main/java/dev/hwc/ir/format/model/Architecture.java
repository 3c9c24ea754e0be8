package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Supported architectures, by GGUF's {@code general.architecture}. */
public enum Architecture {
    LLAMA("llama", RopeStyle.INTERLEAVED),
    QWEN2("qwen2", RopeStyle.HALF_SPLIT),
    PHI3("phi3", RopeStyle.HALF_SPLIT, Trait.FUSED_GATE_UP, Trait.FUSED_QKV),
    GEMMA("gemma", RopeStyle.HALF_SPLIT),
    GEMMA2("gemma2", RopeStyle.HALF_SPLIT, Trait.POST_NORMS),
    OPENELM("openelm", RopeStyle.HALF_SPLIT, Trait.HEAD_NORMS),
    MINICPM("minicpm", RopeStyle.INTERLEAVED),
    BITNET("bitnet", RopeStyle.HALF_SPLIT, Trait.SUB_NORMS),
    GPT2("gpt2", RopeStyle.HALF_SPLIT, Trait.LAYER_NORM, Trait.POSITIONS, Trait.NO_GATE, Trait.FUSED_QKV),
    OPT("opt", RopeStyle.HALF_SPLIT, Trait.LAYER_NORM, Trait.POSITIONS, Trait.NO_GATE);

    /** What a file of the architecture holds besides, or instead of, the weights of a llama. */
    public enum Trait {
        /** The rows of ffn_gate and ffn_up are one tensor ffn_up. */
        FUSED_GATE_UP,
        /** The rows of attn_q, attn_k and attn_v are one tensor attn_qkv. */
        FUSED_QKV,
        /** Norms behind attention and feed-forward layer. */
        POST_NORMS,
        /** Norms of the heads of queries and keys. */
        HEAD_NORMS,
        /** Norms before the output projections of attention and feed-forward layer. */
        SUB_NORMS,
        /** Norms subtract the mean, and every norm and projection of a layer has a bias. */
        LAYER_NORM,
        /** A table of positions instead of rotation. */
        POSITIONS,
        /** A feed-forward layer without gate. */
        NO_GATE
    }

    private final String id;
    private final RopeStyle ropeStyle;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
    private final Set<Trait> traits;

    Architecture(String id, RopeStyle ropeStyle, Trait... traits) {
        this.id = id;
        this.ropeStyle = ropeStyle;
        this.traits = Set.of(traits);
    }

    /** The name in files, for example {@code qwen2}. */
    public String id() {
        return id;
    }

    public RopeStyle ropeStyle() {
        return ropeStyle;
    }

    /** Whether files of this architecture differ from a llama in the given way. */
    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /**
     * The architecture with this name.
     *
     * @throws IrException naming the supported ones
     */
    public static Architecture named(String id) {
        for (Architecture architecture : values()) {
            if (architecture.id.equals(id)) {
                return architecture;
            }
        }
        throw new IrException("architecture '" + id + "' is not supported; supported are "
                + Arrays.stream(values()).map(Architecture::id).collect(Collectors.joining(", ")));
    }
}
