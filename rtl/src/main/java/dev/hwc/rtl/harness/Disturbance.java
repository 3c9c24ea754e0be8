package dev.hwc.rtl.harness;

/** What goes wrong with a burst, in tests of what the hardware makes of it; order as in bus.h. */
public enum Disturbance {
    NONE,
    /** Answered with SLVERR. */
    SLVERR,
    /** Answered with DECERR. */
    DECERR,
    /** Never answered. */
    DROPPED,
    /** Answered later than the memory model says. */
    LATE,
    /** Answered with the id of another transaction. */
    WRONG_ID,
    /** Read: the last beat is missing, the one before says it is the last. */
    EARLY_LAST,
    /** Read: the last beat does not say that it is. */
    MISSING_LAST
}
