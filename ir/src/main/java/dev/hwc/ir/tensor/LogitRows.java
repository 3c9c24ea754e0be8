package dev.hwc.ir.tensor;

/** Which tokens of a step a program computes logits for. */
public enum LogitRows {
    /** The last one: what generation needs. Output [1,vocabulary]. */
    LAST,
    /** Every one, for scoring a text in one step. Output [M,vocabulary]. */
    ALL
}
