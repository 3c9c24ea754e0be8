package dev.hwc.tests.rtl;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.dram.MemoryModels;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.memory.StallingMemory;
import dev.hwc.sim.systolic.testing.RandomCase;
import dev.hwc.sim.systolic.testing.RandomPrograms;
import dev.hwc.tests.Campaign;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random valid programs with ideal, fixed and randomly stalling memory and with DRAM: the verilated hardware takes
 * the simulator's cycles, has its counters and leaves its data. Jobs run one after the other on one
 * accelerator, so that what a job leaves behind is tested, too.
 */
class RtlEqualsSimulatorTest {
    private static final int PROGRAMS = Integer.getInteger("hwc.rtl.programs", 500);
    /** Of hardware with check bits, which runs at half the speed. */
    private static final int PROGRAMS_WITH_CHECK_BITS = Math.min(PROGRAMS, 100);

    private static final int PROGRAMS_GATED = 100;
    private static final int COMMANDS = 40;
    private static final long PROGRAM_BYTES = 1 << 18;

    @RequiresVerilator
    @ParameterizedTest
    @CsvSource({"tiny-4x4, none", "tiny-4x4, secded", "edge-8x8, none", "edge-16x16, none"})
    void randomProgramsTakeTheSameCyclesAndGiveTheSameBits(String preset, String ecc) {
        compare(preset, ecc);
    }

    @RequiresVerilator
    @Test
    void gatedElementsToo() {
        HardwareSpec plain = HardwareSpecs.preset("tiny-4x4");
        HardwareSpec gated = plain.withArray(plain.array().withElements(HardwareSpec.Array.GATED));
        compare(gated, Math.min(PROGRAMS, PROGRAMS_GATED), "tiny-4x4, gated");
    }

    /** {@code -Dhwc.campaign=true}: building this array takes minutes. */
    @RequiresVerilator
    @ParameterizedTest
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true")
    @ValueSource(strings = "npu-32x32")
    void largeArraysToo(String preset) {
        compare(preset, "none");
    }

    private static void compare(String preset, String ecc) {
        HardwareSpec spec = HardwareSpecs.preset(preset).withScratchpads(new HardwareSpec.Scratchpads(ecc));
        int programs = spec.scratchpads().secded() ? PROGRAMS_WITH_CHECK_BITS : PROGRAMS;
        compare(spec, programs, preset + ", ecc " + ecc);
    }

    private static void compare(HardwareSpec spec, int programs, String name) {
        long cycles = 0;
        try (Twins twins = new Twins(spec, PROGRAM_BYTES, RandomCase.WINDOW_BYTES, RandomCase.WINDOW_BYTES)) {
            for (int i = 0; i < programs; i++) {
                long seed = Campaign.seed() + i;
                RandomCase random = RandomPrograms.generate(spec, seed, true, COMMANDS);
                Supplier<MemoryModel> memory = memory(spec, new Random(seed));
                twins.memories(memory.get(), memory.get());
                twins.fill(1, random.contents(1));
                twins.fill(2, random.contents(2));
                String place = name + ", -Dhwc.seed=" + seed;
                cycles += twins.runAndCompare(random.program(), random.arguments(), false, place)
                        .cycles();
                if (random.resident()) {
                    cycles += twins.runAndCompare(random.program(), random.arguments(), true, place + ", resident")
                            .cycles();
                }
            }
        }
        Campaign.report("RTL = simulator: " + name + ", " + programs + " random programs, " + cycles
                + " cycles on both, difference 0");
    }

    private static Supplier<MemoryModel> memory(HardwareSpec spec, Random random) {
        int beat = spec.port().beatBytes();
        long seed = random.nextLong();
        int latency = 1 + random.nextInt(60);
        int bandwidth = 1 + random.nextInt(beat);
        int extra = 1 + random.nextInt(40);
        HardwareSpec dram = spec.withMemory(HardwareSpec.MemorySpec.dram(
                MemoryNames.DRAM.get(random.nextInt(MemoryNames.DRAM.size())), 1 << random.nextInt(3)));
        return switch (random.nextInt(5)) {
            case 0 -> () -> new FixedMemory(1, beat);
            case 1 -> () -> new FixedMemory(spec.memory());
            case 2 -> () -> new FixedMemory(latency, bandwidth);
            case 3 -> () -> MemoryModels.of(dram);
            default -> () -> new StallingMemory(seed, latency, bandwidth, extra);
        };
    }
}
