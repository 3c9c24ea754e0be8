package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.image.Windows;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.dram.MemoryModels;
import dev.hwc.sim.pim.window.PimMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.oracle.CycleOracle;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import java.util.ArrayList;
import java.util.List;

/** A step on both simulators, each with memory that computes behind its port, without data. */
final class MemorySimulators {
    private MemorySimulators() {}

    /** The cycles of a step, which are those of both; so are all counters. */
    static long cycles(CompiledModel compiled, int tokens, int position) {
        HardwareSpec spec = compiled.spec();
        StepProgram step = compiled.step(tokens);
        List<Window> windows = new ArrayList<>(SimulatedSession.windows(compiled));
        long base = windows.getLast().base() + windows.getLast().limit();
        windows.add(Window.readWrite(base, Windows.pimBytes(compiled.layout())));
        DecodedProgram program = DecodedProgram.decode(step.program(), spec);
        Job job = Job.of(program, compiled.arguments(step, position), windows, null)
                .asResident();
        RunResult jump = new Npu(spec, memory(compiled, base)).run(job);
        RunResult oracle = new CycleOracle(spec, memory(compiled, base)).run(job);
        String place = spec.name() + ", " + tokens + " tokens at " + position;
        assertEquals(oracle.cycles(), jump.cycles(), place);
        assertEquals(oracle.activity(), jump.activity(), place);
        return jump.cycles();
    }

    private static PimMemory memory(CompiledModel compiled, long base) {
        HardwareSpec spec = compiled.spec();
        return new PimMemory(
                spec,
                MemoryModels.of(spec),
                PimMemory.engine(spec),
                base,
                compiled.layout().pimWindow(),
                compiled.layout().pimAttention());
    }
}
