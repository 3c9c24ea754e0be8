package dev.hwc.sim.dram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.controller.ControllerPolicy.Page;
import dev.hwc.sim.dram.controller.ControllerPolicy.Refresh;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Measured figures against formulas that a reader can work out from the timing set. */
class ClosedFormTest {
    static final List<String> MEMORIES = MemoryNames.DRAM;
    private static final ControllerPolicy POLICY = ControllerPolicy.DEFAULT;
    private static final double PERCENT = 0.01;

    /** Idle read that must close another row first: the sum of the standard, and the controller's stated latency. */
    private static double rowConflictClocks(DramSpec spec) {
        return POLICY.arrivalClocks()
                + spec.clocks(Command.PRE)
                - 1
                + spec.get("tRP")
                + spec.get("tRCDRD")
                + spec.get("tCL")
                + spec.get("tBL")
                + POLICY.responseClocks();
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void idleLatencyIsTheSumOfTheStandardsTimes(String memory) {
        DramSpec spec = DramPresets.find(memory);
        DramRun.Result chase = Checked.run(spec, POLICY.withRefresh(Refresh.OFF, 0), Pattern.CHASE, 0, 4_000, 1);
        assertEquals(rowConflictClocks(spec) * spec.nanosecondsPerClock(), chase.readLatencyNs(0.5), 1e-9);
        // banks that were closed at the start, and the few open rows that are met again
        assertEquals(rowConflictClocks(spec) * spec.nanosecondsPerClock(), chase.readLatencyNs(), 1.0);
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void closedPageSavesThePrecharge(String memory) {
        DramSpec spec = DramPresets.find(memory);
        DramRun.Result chase =
                Checked.run(spec, POLICY.withRefresh(Refresh.OFF, 0).withPage(Page.CLOSED), Pattern.CHASE, 0, 2_000, 1);
        double clocks = POLICY.arrivalClocks()
                + spec.clocks(Command.ACT)
                - 1
                + spec.get("tRCDRD")
                + spec.get("tCL")
                + spec.get("tBL")
                + POLICY.responseClocks();
        assertEquals(clocks * spec.nanosecondsPerClock(), chase.readLatencyNs(0.5), 1e-9);
    }

    /**
     * A stream loses, per refresh interval, the refresh and the time to close and open rows around it: tRTP + tRPab +
     * tRFCab + tRCDRD. Queues of 128 entries, so that the next row is open in time in every memory.
     */
    @ParameterizedTest
    @FieldSource("MEMORIES")
    void streamsAreLimitedByRefresh(String memory) {
        DramSpec spec = DramPresets.find(memory);
        ControllerPolicy deep = new ControllerPolicy(
                128, Page.OPEN, Refresh.ALL_BANK, 0, 4096, 0, 104, 24, 1, 1, ControllerPolicy.GROUPS_FIRST, true);
        long requests = 40L * spec.get("tREFI") / spec.get("tBL") * spec.pseudoChannels();
        DramRun.Result stream = Checked.run(spec, deep, Pattern.STREAM, 0, Math.min(requests, 100_000), 1);
        double lost = spec.get("tRTP") + spec.get("tRPab") + spec.get("tRFCab") + spec.get("tRCDRD");
        double bound = 100 * (1 - lost / spec.get("tREFI"));
        // a run begins after a refresh and ends before one: it has one interval more than refreshes
        double intervals = (double) stream.cycles() / spec.get("tREFI");
        double expected = 100 - (100 - bound) * Math.floor(intervals) / intervals;
        assertEquals(expected, stream.peakPercent(), PERCENT * expected);
    }
}
