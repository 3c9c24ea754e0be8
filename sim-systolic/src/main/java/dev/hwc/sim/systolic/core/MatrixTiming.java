package dev.hwc.sim.systolic.core;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Snapshot;
import java.util.Arrays;

/** Feed and emissions of the matrix engine (timing.md T12 to T14). */
final class MatrixTiming {
    /** From the last column's operands to fp32: multiply, sum, scale, accumulate, convert. */
    private static final int EMIT_CYCLES = 20;

    /** From an emit's start to its first row: enter, choose the row, read its accumulators, convert, write. */
    private static final int FIRST_ROW = 8;

    private static final int PENDING = 4;
    /** Cycles from the feed of row 0 and column 0 to their counted term, and one for m and n each. */
    private static final int COUNT_CYCLES = 14;

    private static final long NONE = -1;

    private final long[] feedEnd;
    private final long[] slotFree;
    /** Ends of the last emissions, in a ring. */
    private final long[] ends = new long[PENDING];

    private int emissions;
    private long lastEnd = NONE;
    private long drained;

    MatrixTiming(HardwareSpec spec) {
        feedEnd = new long[spec.array().accumulatorSlots()];
        slotFree = new long[feedEnd.length];
        Arrays.fill(feedEnd, NONE);
        Arrays.fill(ends, NONE);
    }

    /** Shows the state, or moves it. */
    void state(Snapshot snapshot) {
        for (int slot = 0; slot < feedEnd.length; slot++) {
            feedEnd[slot] = snapshot.time(feedEnd[slot]);
            slotFree[slot] = snapshot.time(slotFree[slot]);
        }
        for (int i = 0; i < PENDING; i++) {
            int place = (emissions + i) % PENDING;
            ends[place] = snapshot.time(ends[place]);
        }
        lastEnd = snapshot.time(lastEnd);
        drained = snapshot.time(drained);
    }

    /** Feed cycles of a matmul; one of 0 blocks passes as one empty cycle. */
    static long feed(Command c) {
        return Math.max(1, 32 * c.blocks);
    }

    /** First cycle at which the slot has no pending emission. */
    long slotFree(int slot) {
        return slotFree[slot];
    }

    /** First cycle at which fewer than 4 emissions are pending. */
    long emissionFree() {
        return ends[emissions % PENDING] + 1;
    }

    /** Completion of a matmul that starts at a cycle. */
    long matmul(Command c, long start) {
        feedEnd[c.slot] = start + feed(c) - 1;
        drained = Math.max(drained, feedEnd[c.slot] + c.m + c.n + COUNT_CYCLES);
        return start + feed(c) + 1;
    }

    /** Cycle by which every term of every matmul is counted (T19). */
    long drained() {
        return drained;
    }

    /** Completion of an emit that starts at a cycle. */
    long emit(Command c, long start) {
        long fed = feedEnd[c.slot] == NONE ? start : feedEnd[c.slot];
        long first = Math.max(Math.max(start + FIRST_ROW, fed + c.n + EMIT_CYCLES), lastEnd + 1);
        lastEnd = first + c.m - 1;
        ends[emissions++ % PENDING] = lastEnd;
        slotFree[c.slot] = lastEnd + 1;
        return lastEnd;
    }
}
