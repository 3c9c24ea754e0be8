package dev.hwc.sim.pim.program;

/** What a unit does with the burst, or with its registers; the instruction of docs/spec/pim-numerics.md. */
public enum Action {
    NONE,
    /** Registers [to] take the burst. */
    FILL,
    /** The same, negative lanes become zero. */
    FILL_RELU,
    /** Registers [to] += the burst, lane by lane. */
    ADD,
    /** Registers [to] *= the burst, lane by lane. */
    MUL,
    /** Accumulators [to] += burst · registers [from], lane by lane. */
    MAC_LANES,
    /** Accumulators [to] += burst · scalar [from]. */
    MAC_SCALAR,
    /** The latch += the sum of burst · buffer [from] over the lanes. */
    MAC_TREE,
    /** Scales of the coming blocks are taken from the burst. */
    SCALES,
    /** Accumulator [to] += block product of the burst's codes with the activations [from]. */
    MAC_BLOCK,
    /** Registers [to] := data of the host. */
    LOAD,
    /** Scalars := data of the host. */
    LOAD_SCALARS,
    /** Accumulators or latch := 0 or bias. */
    CLEAR,
    /** Latches [from] of all units, 16 bits of each, are the answer. */
    RESULT,
    /** Register [from] of unit [to] is the answer. */
    REGISTER
}
