package dev.hwc.sim.dram;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.controller.ControllerPolicy.Page;
import dev.hwc.sim.dram.controller.ControllerPolicy.Refresh;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Random traffic of all kinds under all policies breaks no rule. The normal run issues 10⁵ commands per memory, {@code
 * -Dhwc.campaign=true} 10⁷; {@code -Dhwc.seed=N} starts elsewhere and {@code -Dhwc.dram=NAME} takes one memory.
 */
class NoViolationsTest {
    private static final long SEED = Long.getLong("hwc.seed", 20261128);
    private static final long COMMANDS = Boolean.getBoolean("hwc.campaign") ? 10_000_000 : 100_000;

    static final List<String> MEMORIES =
            System.getProperty("hwc.dram") == null ? MemoryNames.DRAM : List.of(System.getProperty("hwc.dram"));

    private static List<ControllerPolicy> policies(DramSpec spec) {
        List<ControllerPolicy> policies = new ArrayList<>();
        policies.add(ControllerPolicy.DEFAULT);
        policies.add(ControllerPolicy.DEFAULT.withPage(Page.CLOSED).withPowerDownAfter(40));
        policies.add(ControllerPolicy.DEFAULT
                .withRefresh(Refresh.ALL_BANK, spec.get("postponedRefreshes") - 1)
                .withStarvationClocks(300));
        if (spec.perBankRefresh()) {
            policies.add(ControllerPolicy.DEFAULT.withRefresh(Refresh.PER_BANK, 0));
            policies.add(ControllerPolicy.DEFAULT
                    .withRefresh(Refresh.PER_BANK, 2)
                    .withPage(Page.CLOSED)
                    .withPowerDownAfter(20));
        }
        policies.add(ControllerPolicy.DEFAULT.withMapping("pseudo,column,bank,group,rank,row", false));
        return policies;
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void randomTrafficBreaksNoRule(String memory) {
        DramSpec spec = DramPresets.find(memory);
        List<ControllerPolicy> policies = policies(spec);
        long requests = COMMANDS / policies.size() / 2;
        long commands = 0;
        for (int i = 0; commands < COMMANDS; i++) {
            ControllerPolicy policy = policies.get(i % policies.size());
            long seed = SEED + i;
            int writes = new int[] {0, 30, 50, 100}[i % 4];
            Pattern pattern = i % 5 == 4 ? Pattern.STREAM : i % 7 == 6 ? Pattern.CHASE : Pattern.RANDOM;
            commands += Checked.run(spec, policy, pattern, writes, requests, seed)
                    .counts()
                    .total();
        }
        System.out.println("[dram] " + memory + ": " + commands + " commands, 0 violations");
        assertTrue(commands >= COMMANDS);
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void aStreamKeepsTheBusBusyAndRandomReadsDoNot(String memory) {
        DramSpec spec = DramPresets.find(memory);
        DramRun.Result stream = Checked.run(spec, ControllerPolicy.DEFAULT, Pattern.STREAM, 0, 5_000, SEED);
        DramRun.Result random = Checked.run(spec, ControllerPolicy.DEFAULT, Pattern.RANDOM, 0, 5_000, SEED);
        assertTrue(stream.rowHitPercent() > 90 && random.rowHitPercent() < 10);
        assertTrue(stream.peakPercent() > 1.3 * random.peakPercent());
        assertTrue(stream.peakPercent() < 100);
    }
}
