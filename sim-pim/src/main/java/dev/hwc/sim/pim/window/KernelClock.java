package dev.hwc.sim.pim.window;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.dram.ClockCrossing;
import dev.hwc.sim.pim.PimEngine;
import dev.hwc.sim.pim.energy.ControllerWork;

/** The channels' time: kernels one after the other, with the refreshes that are due between them (W6, W7). */
final class KernelClock {
    private final PimEngine engine;
    private final ClockCrossing crossing;
    private final int interval;
    private final int refresh;
    private final int settle;
    private final double cyclesPerColumn;
    // in clocks of the channels
    private long free;
    private long busy;
    private long refreshes;
    private long idleRefreshes;
    private long columns;
    private double picojoules;
    private long linkBits;

    KernelClock(HardwareSpec spec, PimEngine engine) {
        this.engine = engine;
        this.crossing =
                new ClockCrossing(1000L * spec.clockMhz(), engine.spec().dram().clockKhz());
        this.interval = engine.spec().dram().get("tREFI");
        this.refresh = engine.spec().dram().get("tRFCab");
        this.settle = engine.spec().dram().get("tRTP") + engine.spec().dram().get("tRPab");
        int step = engine.spec().dram().get("tCCDMAC");
        this.cyclesPerColumn =
                (double) step * spec.clockMhz() * 1000 / engine.spec().dram().clockKhz();
    }

    /**
     * One kernel: behind the kernel before it and the refreshes that are due.
     *
     * @param cycle of the port from which on it can begin
     * @return cycle of the port behind its last data
     */
    long run(long cycle, PimEngine.Cost cost) {
        long ready = crossing.toMemory(cycle);
        long begin = Math.max(ready, refreshedUntil(ready));
        long finish = begin + cost.cycles();
        busy += cost.cycles();
        refreshes += cost.refreshes();
        columns += cost.macColumns();
        picojoules += cost.picojoules();
        free = finish + settle;
        return crossing.toPort(finish);
    }

    /** Arithmetic of the controller between kernels; its time is that of W5 and W16. */
    void work(ControllerWork work) {
        picojoules += engine.picojoules(work);
    }

    /** Bits that cross the link to the channels. */
    void link(long bits) {
        linkBits += bits;
    }

    /** Does the refreshes that are due before a clock, and says when the channels are free. */
    private long refreshedUntil(long clock) {
        long at = free;
        while ((refreshes + 1) * interval <= Math.max(at, clock)) {
            at = Math.max(at, (refreshes + 1) * interval) + refresh;
            refreshes++;
            idleRefreshes++;
        }
        return at;
    }

    void reset() {
        free = 0;
        busy = 0;
        refreshes = 0;
        idleRefreshes = 0;
        columns = 0;
        picojoules = 0;
        linkBits = 0;
    }

    /** Energy of kernels and of the time between them up to a cycle of the port. */
    double picojoules(long cycle) {
        long clocks = Math.max(crossing.toMemory(cycle), free);
        long due = Math.max(0, clocks / interval - refreshes);
        return picojoules + engine.linkPicojoules(linkBits) + engine.idlePicojoules(clocks - busy, idleRefreshes + due);
    }

    /** Cycles of the port that units need for their columns at least. */
    double unitCycles() {
        return columns * cyclesPerColumn;
    }
}
