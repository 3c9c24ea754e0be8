package dev.hwc.sim.dram.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.DramFormatException;
import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.DramRun;
import dev.hwc.sim.dram.Pattern;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.controller.ControllerPolicy.Refresh;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts.RankState;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class DramEnergyTest {
    static final List<String> MEMORIES = MemoryNames.DRAM;
    private static final EnergyTable TABLE = EnergyTable.shipped();

    private static DramRun.Result run(DramSpec spec, ControllerPolicy policy, Pattern pattern, int writes) {
        return DramRun.run(spec, policy, pattern, writes, 3_000, 1, CommandObserver.NONE, _ -> {});
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void everyPartIsKnownAndPositive(String memory) {
        DramSpec spec = DramPresets.find(memory);
        DramRun.Result run = run(spec, ControllerPolicy.DEFAULT, Pattern.RANDOM, 30);
        DramEnergy energy = DramEnergy.of(spec, run.counts(), TABLE);
        assertEquals(List.of(), energy.unknown());
        for (var part :
                List.of(energy.activate(), energy.column(), energy.io(), energy.refresh(), energy.background())) {
            assertTrue(part.getAsDouble() > 0);
        }
        double perBit = energy.picojoules().getAsDouble() / (8.0 * run.bytes());
        assertTrue(perBit > 1 && perBit < 50, memory + ": " + perBit + " pJ per bit");
    }

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void statesAddUpToTheTime(String memory) {
        DramSpec spec = DramPresets.find(memory);
        ControllerPolicy policy = ControllerPolicy.DEFAULT.withPowerDownAfter(20);
        DramRun.Result run = run(spec, policy, Pattern.CHASE, 0);
        long sum = 0;
        for (RankState state : RankState.values()) {
            sum += run.counts().clocks(state);
        }
        assertEquals(run.cycles() * spec.rankCount(), sum);
    }

    private static double value(Map<String, EnergyTable.Coefficient> coefficients, String name) {
        return Objects.requireNonNull(coefficients.get(name), name).value().getAsDouble();
    }

    @Test
    void isTheSumOfCountsTimesCoefficients() {
        DramSpec spec = DramPresets.find("lpddr4-3200");
        DramRun.Result run = run(spec, ControllerPolicy.DEFAULT, Pattern.RANDOM, 50);
        DramEnergy energy = DramEnergy.of(spec, run.counts(), TABLE);
        Map<String, EnergyTable.Coefficient> c = TABLE.of("lpddr4-3200");
        assertEquals(
                run.counts().of(Command.ACT) * value(c, "activatePj"),
                energy.activate().getAsDouble(),
                1e-3);
        double column = 256
                * (run.counts().reads() * value(c, "readArrayPjPerBit")
                        + run.counts().writes() * value(c, "writeArrayPjPerBit"));
        assertEquals(column, energy.column().getAsDouble(), 1e-3);
        assertEquals(
                run.counts().of(Command.REFAB) * value(c, "refreshAllBankPj"),
                energy.refresh().getAsDouble(),
                1e-3);
    }

    @Test
    void anUnknownCoefficientIsNoZero() {
        DramSpec spec = DramPresets.find("lpddr5-6400");
        DramRun.Result run = run(spec, ControllerPolicy.DEFAULT.withRefresh(Refresh.PER_BANK, 0), Pattern.STREAM, 0);
        String text = DramPresets.resource("energy-dram-1.csv")
                .replaceAll("(?m)^lpddr5-6400,refreshBankPj,[^,]*", "lpddr5-6400,refreshBankPj,");
        DramEnergy energy = DramEnergy.of(spec, run.counts(), EnergyTable.parse("mine", text));
        assertEquals(List.of("refreshBankPj"), energy.unknown());
        assertTrue(energy.refresh().isEmpty());
        assertTrue(energy.picojoules().isEmpty());
        assertTrue(energy.activate().isPresent());
        assertFalse(energy.estimated().isEmpty());
    }

    @Test
    void theTableHasEveryMemoryAndASourcePerValue() {
        assertEquals(MemoryNames.DRAM, TABLE.memories());
        TABLE.memories()
                .forEach(memory -> TABLE.of(memory)
                        .forEach((name, coefficient) ->
                                assertFalse(coefficient.source().isBlank(), memory + name)));
        assertThrows(DramFormatException.class, () -> EnergyTable.parse("mine", "a,b"));
        assertThrows(
                DramFormatException.class,
                () -> EnergyTable.parse("mine", "memory,parameter,value,source\nx,activatePj,much,me"));
    }
}
