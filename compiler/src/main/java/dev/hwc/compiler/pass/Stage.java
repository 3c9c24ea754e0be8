package dev.hwc.compiler.pass;

/** A fact about a program that a pass establishes and later passes rely on. */
public enum Stage {
    /** The program is the model's own: one operation per step of its architecture. */
    IMPORTED("ImportModel"),
    /** No norm subtracts a mean. */
    CENTERED_STREAM("CenterStream"),
    /** Every rope rotates the pairs (2i, 2i+1). */
    INTERLEAVED_ROPE("CanonicalRope"),
    /** The head size of every attention is a multiple of the hardware's head group. */
    PADDED_HEADS("PadHeads"),
    /** The inner size of every gated feed-forward network is whole blocks of 32. */
    PADDED_FEED_FORWARD("PadFeedForward"),
    /** Every weight is of a type that the hardware takes at its place. */
    HARDWARE_TYPES("WidenWeights"),
    /** Operations that run as one kernel stand in one region. */
    FUSED("FuseKernels");

    private final String pass;

    Stage(String pass) {
        this.pass = pass;
    }

    /** The name of the pass that establishes it. */
    public String pass() {
        return pass;
    }
}
