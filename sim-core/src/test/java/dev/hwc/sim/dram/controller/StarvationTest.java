package dev.hwc.sim.dram.controller;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Endless row hits and endless writes hold a read up only for so long. */
class StarvationTest {
    private static final int BOUND = 500;
    private static final DramSpec SPEC = DramPresets.find("ddr4-3200");
    private static final ControllerPolicy POLICY = ControllerPolicy.DEFAULT
            .withStarvationClocks(BOUND)
            .withRefresh(ControllerPolicy.Refresh.OFF, 0)
            .withMapping("column,pseudo,group,bank,rank,row", false);

    private static final class Answers implements ServedRequests {
        private final Map<Long, Long> reads = new HashMap<>();

        @Override
        public void accepted(long tag, boolean write, long cycle) {
            // only reads are waited for
        }

        @Override
        public void read(long tag, int requests, long cycle) {
            reads.put(tag, cycle);
        }
    }

    private static long latency(boolean writes) {
        Answers answers = new Answers();
        ChannelController controller = new ChannelController(SPEC, POLICY, CommandObserver.NONE, answers);
        long victim = (long) SPEC.columns() * SPEC.banks(); // row 1 of the bank whose row 0 is hit
        controller.submit(0, false, 0, 0);
        controller.submit(200, false, victim, 1);
        long tag = 2;
        for (long cycle = 0; cycle < 20_000; cycle++) {
            controller.run(cycle);
            while (controller.waiting() < 16) {
                controller.submit(Math.max(cycle + 1, 200), writes, tag % SPEC.columns(), tag);
                tag++;
            }
        }
        return answers.reads.getOrDefault(1L, Long.MAX_VALUE) - 200;
    }

    @Test
    void rowHitsDoNotStarveAConflict() {
        long latency = latency(false);
        assertTrue(latency > BOUND / 2, "the hits were no obstacle: " + latency);
        assertTrue(latency < BOUND + 200, "waited " + latency);
    }

    @Test
    void writesDoNotStarveARead() {
        long latency = latency(true);
        assertTrue(latency < BOUND + 200, "waited " + latency);
    }
}
