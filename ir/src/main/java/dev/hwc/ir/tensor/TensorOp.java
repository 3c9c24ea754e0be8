package dev.hwc.ir.tensor;

import java.util.List;

/**
 * An operation on whole tensors: one {@link PrimitiveOp}, or several run as one kernel ({@link
 * Fused}).
 */
public sealed interface TensorOp permits PrimitiveOp, Fused {
    /** The name in the text form, as {@code rms_norm}. */
    String mnemonic();

    /** The values read that are defined outside this operation, each once, in order of first use. */
    List<Value> operands();

    /** The weights read, in order of first use. */
    List<Parameter> parameters();

    /** The values that later operations may read. */
    List<Value> results();

    /**
     * Multiply-accumulates of matrix products and attention in a step of {@code tokens} new tokens
     * after {@code past} earlier ones; elementwise work counts as zero.
     */
    long macs(long tokens, long past);
}
