package dev.hwc.sim.dram.check;

/** What happened to one bank last, by the last clock of each command. */
final class BankHistory {
    /** Long before the trace. */
    static final long LONG_AGO = Long.MIN_VALUE / 4;

    boolean open;
    long activated = LONG_AGO;
    long read = LONG_AGO;
    long write = LONG_AGO;
    /** When the last precharge began, by itself or by command. */
    long precharged = LONG_AGO;
    /** How long that one takes: tRP, or tRPab for all banks. */
    long recovery;

    long refreshed = LONG_AGO;
    /** Refreshes by bank so far. */
    long rounds;
}
