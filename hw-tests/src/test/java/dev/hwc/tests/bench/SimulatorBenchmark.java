package dev.hwc.tests.bench;

import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Steps a second of the event-jumping simulator, timing only, for a model of half a billion weights. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
public class SimulatorBenchmark {
    /** Decode is one token at position 128, prefill is 128 tokens at 0. */
    @Param({"decode", "prefill"})
    public String phase = "";

    @Param({"edge-16x16", "npu-32x32", "npu-128x128"})
    public String preset = "";

    private ShapeJob[] jobs = {};

    /** Simulated events (instructions and bursts) and cycles a second. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        public long events;
        public long cycles;
    }

    @Setup
    public void compile() {
        if (phase.equals("decode")) {
            jobs = new ShapeJob[] {ShapeJob.of("qwen2-0.5b@q8_0", preset, 1, 128)};
            return;
        }
        int piece = preset.equals("edge-16x16") ? 8 : 128;
        jobs = new ShapeJob[128 / piece];
        for (int i = 0; i < jobs.length; i++) {
            jobs[i] = ShapeJob.of("qwen2-0.5b@q8_0", preset, piece, i * piece);
        }
    }

    @Benchmark
    public long run(Work work) {
        long cycles = 0;
        for (ShapeJob job : jobs) {
            RunResult result = new Npu(job.spec(), new FixedMemory(job.spec().memory())).run(job.job());
            work.events += ShapeJob.events(result);
            cycles += result.cycles();
        }
        work.cycles += cycles;
        return cycles;
    }
}
