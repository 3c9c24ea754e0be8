package dev.hwc.sim.dram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.device.DramSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Figures of Ramulator 2.1 (git c5b1c3a) with the same timing sets, 32-entry queues, FR-FCFS, all-bank refresh and bank
 * groups interleaved: percent of the peak. Nothing here was fitted to them.
 */
class PublicRowsTest {
    @ParameterizedTest
    @CsvSource({"hbm2-2.0, STREAM, 90.3, 0.02", "lpddr5-6400, STREAM, 91.9, 0.02", "lpddr5-6400, RANDOM, 43.8, 0.10"})
    void agreesWithThePublicSimulator(String memory, Pattern pattern, double percent, double tolerance) {
        DramSpec spec = DramPresets.find(memory);
        DramRun.Result run = Checked.run(spec, ControllerPolicy.DEFAULT, pattern, 0, 60_000, 1);
        assertEquals(percent, run.peakPercent(), tolerance * percent);
    }
}
