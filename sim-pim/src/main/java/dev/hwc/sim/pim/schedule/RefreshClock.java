package dev.hwc.sim.pim.schedule;

import dev.hwc.sim.dram.device.DramSpec;

/** When all-bank refreshes are due: every tREFI from a first one on, or never. */
final class RefreshClock {
    private final long interval;
    private final long first;
    private long done;

    private RefreshClock(long interval, long first) {
        this.interval = interval;
        this.first = first;
    }

    /** Due at multiples of tREFI. */
    static RefreshClock of(DramSpec spec, boolean on) {
        return new RefreshClock(spec.get("tREFI"), on ? spec.get("tREFI") : Long.MAX_VALUE);
    }

    /** The first of two ranks that take turns: due half an interval earlier. */
    static RefreshClock firstOfTwoRanks(DramSpec spec, boolean on) {
        return new RefreshClock(spec.get("tREFI"), on ? spec.get("tREFI") / 2 : Long.MAX_VALUE);
    }

    /** The clock at which the next one is due. */
    long due() {
        return first == Long.MAX_VALUE ? first : first + done * interval;
    }

    void refreshed() {
        done++;
    }
}
