package dev.hwc.sim.systolic.core;

import dev.hwc.sim.systolic.queues.Sequencer;
import dev.hwc.sim.systolic.queues.Snapshot;

/**
 * Walks the bursts of a command: every row is split at multiples of the longest burst (timing.md T8,
 * T16). Reused; holds one row at a time.
 */
final class Bursts {
    private final int beatMask;
    private final int burstMask;
    private long rowAddress;
    private long stride;
    private long base;
    private int rowBytes;
    private int rowsLeft;
    private long at;
    private long end;

    Bursts(int beatBytes, int maxBurstBytes) {
        beatMask = beatBytes - 1;
        burstMask = maxBurstBytes - 1;
    }

    /**
     * Starts a command.
     *
     * @param base physical address of its window
     * @param address of row 0 in the window; the address of row j is {@code address + j·stride} modulo
     *     2^40
     */
    void begin(long base, long address, long stride, int rows, int rowBytes) {
        this.base = base;
        this.rowAddress = address;
        this.stride = stride;
        this.rowBytes = rowBytes;
        rowsLeft = rows;
        row();
    }

    /** Shows the state, or moves it. */
    void state(Snapshot snapshot) {
        snapshot.exact(rowsLeft);
        snapshot.exact(rowBytes);
        snapshot.exact(stride);
        base = snapshot.address(base);
        rowAddress = snapshot.address(rowAddress);
        at = snapshot.address(at);
        end = snapshot.address(end);
    }

    private void row() {
        at = base + rowAddress;
        end = at + rowBytes;
        rowAddress = (rowAddress + stride) & Sequencer.MASK;
        rowsLeft--;
    }

    /** Address of the current burst's first beat. */
    long address() {
        return at & ~(long) beatMask;
    }

    /** Bytes of the current burst: whole beats. */
    int bytes() {
        return (int) (((burstEnd() + beatMask) & ~(long) beatMask) - address());
    }

    private long burstEnd() {
        return Math.min(end, (at | burstMask) + 1);
    }

    /** Goes to the next burst; false if there is none. */
    boolean advance() {
        at = burstEnd();
        if (at < end) {
            return true;
        }
        if (rowsLeft == 0) {
            return false;
        }
        row();
        return true;
    }
}
