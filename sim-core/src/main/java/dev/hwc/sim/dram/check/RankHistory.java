package dev.hwc.sim.dram.check;

import static dev.hwc.sim.dram.check.BankHistory.LONG_AGO;

import java.util.ArrayDeque;
import java.util.Arrays;

/** What happened to one rank last. */
final class RankHistory {
    final BankHistory[] banks;
    final long[] activatedInGroup;
    final long[] readInGroup;
    final long[] writeInGroup;
    /** The last four activates. */
    final ArrayDeque<Long> window = new ArrayDeque<>();

    long activated = LONG_AGO;
    long read = LONG_AGO;
    long write = LONG_AGO;
    long precharge = LONG_AGO;
    long refreshed = LONG_AGO;
    long bankRefreshed = LONG_AGO;
    long refreshes;
    boolean asleep;
    long slept = LONG_AGO;
    long woke = LONG_AGO;
    /** Bank whose ACT1 waits for its ACT2, or -1. */
    int half = -1;

    long halfRow;
    long halfAt;
    int mode;
    long modeChanged = LONG_AGO;
    long setActivated = LONG_AGO;
    /** Columns read by units, stores of units, register writes and register reads. */
    long unitRead = LONG_AGO;

    long unitStore = LONG_AGO;
    long registerWrite = LONG_AGO;
    long registerRead = LONG_AGO;
    /** First clock without data clock. */
    long dataClockEnds = LONG_AGO;

    RankHistory(int groups, int banksPerGroup) {
        banks = new BankHistory[groups * banksPerGroup];
        Arrays.setAll(banks, _ -> new BankHistory());
        activatedInGroup = filled(groups);
        readInGroup = filled(groups);
        writeInGroup = filled(groups);
    }

    private static long[] filled(int size) {
        long[] times = new long[size];
        Arrays.fill(times, LONG_AGO);
        return times;
    }
}
