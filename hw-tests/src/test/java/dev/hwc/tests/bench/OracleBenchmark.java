package dev.hwc.tests.bench;

import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.systolic.Npu;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.oracle.CycleOracle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What jumping from event to event gains over stepping every cycle: one decode step, timing only. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
public class OracleBenchmark {
    private ShapeJob step = ShapeJob.of("stories15m@q8_0", "npu-32x32", 1, 64);

    @Setup
    public void check() {
        step = ShapeJob.of("stories15m@q8_0", "npu-32x32", 1, 64);
        if (jump().cycles() != oracle().cycles()) {
            throw new IllegalStateException("simulator and oracle differ");
        }
    }

    @Benchmark
    public RunResult jump() {
        return new Npu(step.spec(), new FixedMemory(step.spec().memory())).run(step.job());
    }

    @Benchmark
    public RunResult oracle() {
        return new CycleOracle(step.spec(), new FixedMemory(step.spec().memory())).run(step.job());
    }
}
