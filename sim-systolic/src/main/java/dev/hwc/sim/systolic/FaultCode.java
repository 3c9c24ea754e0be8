package dev.hwc.sim.systolic;

/** Codes of device faults (isa.md §7). */
public enum FaultCode {
    /** A word, field or count that the instruction set does not allow. */
    INSTRUCTION,
    /** An access outside a memory window or against its permission. */
    WINDOW,
    /** An address that is not a multiple of what its instruction needs. */
    ALIGNMENT,
    /** An address outside a scratchpad. */
    BUFFER,
    /** A token counter above 255. */
    TOKEN_OVERFLOW,
    /** No queue can ever proceed. */
    DEADLOCK,
    /** A token counter that is not 0 at the end. */
    TOKENS_LEFT,
    /** The program is for another hardware configuration. */
    CONFIG_HASH,
    /** The job took longer than its limit. */
    WATCHDOG
}
