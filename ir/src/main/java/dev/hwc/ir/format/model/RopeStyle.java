package dev.hwc.ir.format.model;

/** Which elements of a head rotate together in rotary position embedding. */
public enum RopeStyle {
    /** Pairs (2i, 2i+1): GGUF files of llama. */
    INTERLEAVED,
    /** Pairs (i, i + d/2) for d rotated elements: GGUF files of qwen2. */
    HALF_SPLIT
}
