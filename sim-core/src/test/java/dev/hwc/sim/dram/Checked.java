package dev.hwc.sim.dram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.sim.dram.check.TraceChecker;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.List;

/** Runs whose every command was checked. */
final class Checked {
    private Checked() {}

    /** A run without violations. */
    static DramRun.Result run(
            DramSpec spec, ControllerPolicy policy, Pattern pattern, int writePercent, long requests, long seed) {
        TraceChecker checker = new TraceChecker();
        TraceWriter writer = new TraceWriter(spec, policy, checker::line);
        DramRun.Result result = DramRun.run(spec, policy, pattern, writePercent, requests, seed, writer, _ -> {});
        writer.end(result.cycles());
        checker.finish();
        assertEquals(List.of(), checker.firstViolations());
        assertEquals(0, checker.violations());
        assertEquals(result.counts().total(), checker.commands());
        return result;
    }
}
