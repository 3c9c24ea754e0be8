package dev.hwc.tests.bench;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import dev.hwc.tests.SimulatedSession;

/**
 * A step of a model without weights, ready to be timed.
 *
 * @param spec the hardware it was compiled for
 * @param job a resident job without data
 */
record ShapeJob(HardwareSpec spec, Job job) {
    private static final int CONTEXT = 512;

    /** A step of {@code tokens} tokens at a position. */
    static ShapeJob of(String shape, String preset, int tokens, int position) {
        HardwareSpec spec = HardwareSpecs.preset(preset);
        try (Model model = Model.open(Model.SHAPE_PREFIX + shape);
                CompiledModel compiled = CompiledModel.compile(model, spec, CONTEXT, TilingOptions.DEFAULT)) {
            StepProgram step = compiled.step(tokens);
            DecodedProgram program = DecodedProgram.decode(step.program(), spec);
            Job job = Job.of(program, compiled.arguments(step, position), SimulatedSession.windows(compiled), null);
            return new ShapeJob(spec, job.asResident());
        }
    }

    /** What a simulator has to do one after the other: instructions and bursts. */
    static long events(RunResult result) {
        long events = result.activity().burstsRead() + result.activity().burstsWritten();
        for (Opcode opcode : Opcode.values()) {
            events += result.activity().retired(opcode);
        }
        return events;
    }
}
