package dev.hwc.tests.bench;

import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.DramRun;
import dev.hwc.sim.dram.Pattern;
import dev.hwc.sim.dram.TraceWriter;
import dev.hwc.sim.dram.check.TraceChecker;
import dev.hwc.sim.dram.controller.ChannelController;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.controller.ServedRequests;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.Locale;
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

/**
 * Clocks of one channel a second, command by command: with queues that are never empty (`random`, `stream`), with one
 * read at a time (`chase`), and with no request at all (`idle`: refreshes and power-down).
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
public class DramBenchmark {
    private static final long REQUESTS = 20_000;
    private static final long IDLE_CLOCKS = 100_000_000;
    private static final int CHECKED_REQUESTS = 2_000;

    @Param({
        "ddr4-3200",
        "ddr5-4800",
        "ddr5-6400",
        "lpddr4-3200",
        "lpddr5-6400",
        "lpddr5x-8533",
        "gddr6-14",
        "gddr6-16",
        "hbm2-2.0",
        "hbm2-2.4",
        "hbm3-6.4"
    })
    public String memory = "";

    @Param({"random", "stream", "chase", "idle"})
    public String traffic = "";

    private DramSpec spec = DramPresets.find("ddr4-3200");

    /** Clocks of the channel a second, and the processor's nanoseconds a second: their quotient is what one core does. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Work {
        public long clocks;
        public long cpuNanos;
    }

    /** Every command of a shorter run of the same traffic is legal. */
    @Setup
    public void check() {
        spec = DramPresets.find(memory);
        TraceChecker checker = new TraceChecker();
        TraceWriter writer = new TraceWriter(spec, ControllerPolicy.DEFAULT, checker::line);
        writer.end(traffic.equals("idle") ? idle(IDLE_CLOCKS / 1000, writer) : traffic(CHECKED_REQUESTS, writer));
        checker.finish();
        if (checker.violations() > 0) {
            throw new IllegalStateException(memory + " " + traffic + ": " + checker.firstViolations());
        }
    }

    @Benchmark
    public long run(Work work) {
        long start = CpuClock.nanos();
        long clocks = traffic.equals("idle")
                ? idle(IDLE_CLOCKS, CommandObserver.NONE)
                : traffic(REQUESTS, CommandObserver.NONE);
        work.clocks += clocks;
        work.cpuNanos += CpuClock.nanos() - start;
        return clocks;
    }

    private long traffic(long requests, CommandObserver observer) {
        Pattern pattern = Pattern.valueOf(traffic.toUpperCase(Locale.ROOT));
        return DramRun.run(spec, ControllerPolicy.DEFAULT, pattern, 0, requests, 1, observer, done -> {})
                .cycles();
    }

    private long idle(long clocks, CommandObserver observer) {
        ServedRequests nobody = new ServedRequests() {
            @Override
            public void accepted(long tag, boolean write, long cycle) {
                throw new IllegalStateException("nobody asked");
            }

            @Override
            public void read(long tag, int requests, long cycle) {
                throw new IllegalStateException("nobody asked");
            }
        };
        ChannelController controller = new ChannelController(spec, ControllerPolicy.DEFAULT, observer, nobody);
        controller.run(clocks);
        return clocks;
    }
}
