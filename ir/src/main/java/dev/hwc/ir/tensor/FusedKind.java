package dev.hwc.ir.tensor;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The kernels a region can become. What each may contain is decided by the pass that forms it. */
public enum FusedKind {
    /** Rows of the embedding table. */
    EMBED,
    /** Norm, the three projections, and the rotation of q and k. */
    QKV,
    /** Attention with the KV cache. */
    ATTENTION,
    /** Output projection of attention and its residual addition. */
    OUTPUT_ADD,
    /** Norm, gate and up projections, and the gate function. */
    GATE_UP,
    /** Down projection and its residual addition. */
    DOWN_ADD,
    /** Last token, final norm and the vocabulary projection. */
    HEAD;

    /** The kernels that are products with weights, which memory can compute as well as the array. */
    public static final Set<FusedKind> PRODUCTS =
            Collections.unmodifiableSet(EnumSet.of(QKV, OUTPUT_ADD, GATE_UP, DOWN_ADD, HEAD));

    /** The kernels that memory can compute as well as the array: products with weights, and attention. */
    public static final Set<FusedKind> PLACED =
            Collections.unmodifiableSet(EnumSet.of(QKV, ATTENTION, OUTPUT_ADD, GATE_UP, DOWN_ADD, HEAD));

    /** The kind that has a name in text forms. */
    public static Optional<FusedKind> named(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }

    /** The name used in the text form: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
