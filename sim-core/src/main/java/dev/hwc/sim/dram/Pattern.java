package dev.hwc.sim.dram;

/** Traffic on a channel. */
public enum Pattern {
    /** One burst after the other, as many as the queues take. */
    STREAM,
    /** Bursts anywhere, as many as the queues take. */
    RANDOM,
    /** Bursts anywhere, each after the answer to the one before. */
    CHASE
}
