package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.image.GemmProgram;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Does a product on the simulator equal the sum as numerics.md §4 writes it down? Odd sizes, all
 * weight formats, extreme scales, infinities and NaN; results and counters, bit for bit.
 */
class RandomGemmTest {
    private static final int WINDOWS = 4;
    private static final int PRESETS = HardwareSpecs.PRESETS.size();

    @Test
    void presetsComputeTheSumsOfTheSpecification() {
        int cases = Campaign.cases(2000, 20_000);
        long macs = 0;
        for (int i = 0; i < cases; i++) {
            Random random = new Random(Campaign.seed() + i);
            HardwareSpec spec = HardwareSpecs.preset(HardwareSpecs.PRESETS.get(random.nextInt(PRESETS)));
            RandomProduct c = RandomProduct.draw(i % 2 == 0 ? spec : RandomHardware.gated(spec), random);
            check(c, Campaign.seed() + i);
            macs += (long) c.m() * c.w().rows() * c.w().columns();
        }
        Campaign.report(cases + " random products on the presets, " + macs + " multiply-accumulates");
    }

    @Test
    void randomHardwareComputesTheSumsOfTheSpecification() {
        int cases = Campaign.cases(300, 10_000);
        int refused = 0;
        for (int i = 0; i < cases + refused; i++) {
            Random random = new Random(Campaign.seed() + i);
            RandomProduct c = RandomProduct.draw(RandomHardware.spec(random), random);
            try {
                check(c, Campaign.seed() + i);
            } catch (CompileException e) {
                refused++;
                assertTrue(refused <= cases, () -> "most products do not fit, the last: " + e.getMessage());
            }
        }
        Campaign.report(cases + " random products on random hardware; " + refused + " more did not fit");
    }

    private static void check(RandomProduct c, long seed) {
        NumericCounters counters = new NumericCounters();
        float[][] expected = c.result(counters);
        GemmProgram program = GemmProgram.compile(c.spec(), c.m(), c.w().rows(), c.w().columns(), c.w().format());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] windows = new MemorySegment[WINDOWS];
            for (int i = 0; i < WINDOWS; i++) {
                windows[i] = arena.allocate(program.windowBytes(i), 64);
            }
            program.writeWeights(c.w(), windows[0]);
            program.writeActivations(c.a(), windows[1]);
            RunResult result = run(program, c.spec(), windows);
            String place = "-Dhwc.seed=" + seed + ": " + c;
            float[][] found = program.readResult(windows[3]);
            for (int i = 0; i < c.m(); i++) {
                int row = i;
                Bits.assertSame(expected[i], found[i], () -> place + ", row " + row);
            }
            assertEquals(counters.saturatedTerms(), result.activity().saturatedTerms(), place);
            assertEquals(counters.numericExceptions(), result.activity().numericExceptions(), place);
            long least = Math.ceilDiv(program.macs(), c.spec().array().macsPerCycle());
            assertEquals(program.arrayMacs(), result.activity().macs(), place);
            assertEquals(c.zeroMacs(program.arrayMacs()), result.activity().zeroMacs(), place);
            assertEquals(c.unitMacs(), result.activity().unitMacs(), place);
            assertTrue(result.activity().macs() >= program.macs() && result.cycles() >= least, place);
        }
    }

    private static RunResult run(GemmProgram program, HardwareSpec spec, MemorySegment[] segments) {
        List<Window> windows = new ArrayList<>();
        DeviceMemory memory = DeviceMemory.empty();
        long base = 4096;
        for (int i = 0; i < WINDOWS; i++) {
            long bytes = segments[i].byteSize();
            windows.add(i == 3 ? Window.readWrite(base, bytes) : Window.readOnly(base, bytes));
            memory = memory.with(i, segments[i]);
            base += bytes;
        }
        Job job = Job.of(DecodedProgram.decode(program.program(), spec), program.arguments(), windows, memory);
        return new Npu(spec, new FixedMemory(spec.memory())).run(job.asResident());
    }
}
