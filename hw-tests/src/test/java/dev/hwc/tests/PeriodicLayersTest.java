package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.core.EventLoop;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Layers that have become periodic are passed over when only time is asked for: cycles and all counters of
 * steps of whole models are those of simulating every layer.
 */
class PeriodicLayersTest {
    private static final int CONTEXT = 64;

    @ParameterizedTest
    @CsvSource({
        "mobilellama-1.4b@q8_0, edge-8x8, 1",
        "tinyllama-1.1b@q4_0, npu-32x32, 9",
        "qwen2-0.5b@q4_0, edge-16x16, 1",
        "qwen2-0.5b@q4_0, npu-128x128, 40",
        "gemma2-9b@q4_k_m, npu-128x128, 1",
        "minicpm-2b@q4_0, npu-32x32, 3"
    })
    void aStepTakesTheSameCyclesAndCounts(String shape, String preset, int tokens) {
        HardwareSpec spec = HardwareSpecs.preset(preset);
        try (Model model = Model.ofShape(shape);
                CompiledModel compiled = CompiledModel.compile(model, spec, CONTEXT, TilingOptions.DEFAULT)) {
            StepProgram step = compiled.step(tokens, true);
            DecodedProgram program = DecodedProgram.decode(step.program(), spec);
            for (int position : new int[] {0, CONTEXT - tokens}) {
                Job job = Job.of(program, compiled.arguments(step, position), SimulatedSession.windows(compiled), null)
                        .asResident();
                RunResult every = loop(spec, job, false).run();
                EventLoop jumping = loop(spec, job, true);
                RunResult found = jumping.run();
                String place = shape + " on " + preset + " at " + position;
                assertTrue(jumping.shortened(), place);
                assertEquals(every.cycles(), found.cycles(), place);
                assertArrayEquals(every.activity().slots(), found.activity().slots(), place);
                assertArrayEquals(
                        every.activity().operatorSlots(), found.activity().operatorSlots(), place);
            }
        }
    }

    private static EventLoop loop(HardwareSpec spec, Job job, boolean jumps) {
        return new EventLoop(spec, new FixedMemory(spec.memory()), job, null, false, Npu.DEFAULT_WATCHDOG, jumps);
    }
}
