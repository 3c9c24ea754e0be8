package dev.hwc.tests.bench;

import dev.hwc.sim.pim.Parity;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimKernels;
import dev.hwc.sim.pim.PimResult;
import dev.hwc.sim.pim.PimSpec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * `hwc pim gemv --device hbm2-pim --rows 4096 --cols 4096` on 64 pseudo-channels: the mapper's search, every command read
 * by the checker, every weight through the units and every output compared.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
public class PimGemvBenchmark {
    private static final int SIZE = 4096;
    private static final int CHANNELS = 64;

    /** Time of the processor. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Work {
        public long cpuNanos;
    }

    @Benchmark
    public PimResult checked(Work work) {
        long start = CpuClock.nanos();
        PimResult result = new PimKernels(
                        PimSpec.find("hbm2-pim"), PimFormat.F16, CHANNELS, Parity.NONE, line -> {}, System::nanoTime)
                .gemv(SIZE, SIZE);
        if (result.mismatches() > 0 || result.violations() > 0) {
            throw new IllegalStateException(
                    result.mismatches() + " mismatches, " + result.violations() + " violations");
        }
        work.cpuNanos += CpuClock.nanos() - start;
        return result;
    }
}
