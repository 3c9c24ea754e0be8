package dev.hwc.cli.run;

import dev.hwc.compiler.image.GemmProgram;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.JobRequest;
import dev.hwc.host.device.JobResult;
import dev.hwc.host.device.LoadedProgram;
import dev.hwc.host.device.Region;
import dev.hwc.host.device.Region.Access;
import dev.hwc.host.device.RtlDevice;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.rtl.harness.Waveform;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.activity.Scratchpad;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * One matrix product on a device, its result compared with the reference. The hardware in Verilator does not count
 * scratchpad bytes: there those are absent.
 *
 * @param macs of the product, without padding
 * @param arrayMacs those the array did, padding included
 * @param mismatches elements of the result that differ in a bit
 * @param counted whether the device counts scratchpad bytes
 * @param simulatorSeconds time the simulation took, without compiling and comparing
 */
public record GemmRun(
        HardwareSpec spec,
        long macs,
        long arrayMacs,
        long cycles,
        Activity activity,
        boolean counted,
        long mismatches,
        double simulatorSeconds) {
    private static final int ALIGNMENT = 64;

    /** Compiles and runs a product on the simulator. */
    public static GemmRun simulate(HardwareSpec spec, int m, int n, int k, BlockMatrix.Format format) {
        return run(spec, m, n, k, format, true, () -> new SimulatorDevice(spec));
    }

    /**
     * Compiles and runs a product on the generated hardware in Verilator.
     *
     * @param waveform where its signals go, if they are wanted
     * @param clocks told the clocks so far from time to time
     */
    public static GemmRun verilate(
            HardwareSpec spec,
            int m,
            int n,
            int k,
            BlockMatrix.Format format,
            Optional<Waveform> waveform,
            LongConsumer clocks) {
        return run(spec, m, n, k, format, false, () -> new RtlDevice(spec, waveform, clocks));
    }

    /**
     * The cycles are those with the program in the program memories already, as for a product that is
     * computed again and again. Hardware reads it there by computing the product once before.
     */
    private static GemmRun run(
            HardwareSpec spec,
            int m,
            int n,
            int k,
            BlockMatrix.Format format,
            boolean simulated,
            Supplier<Device> devices) {
        GemmProgram gemm = GemmProgram.compile(spec, m, n, k, format);
        GemmProblem problem = new GemmProblem(m, n, k, format);
        try (Arena arena = Arena.ofConfined();
                Device device = devices.get()) {
            List<MemorySegment> windows = Stream.of(0, 1, 2, 3)
                    .map(w -> arena.allocate(gemm.windowBytes(w), ALIGNMENT))
                    .toList();
            gemm.writeWeights(problem.weights(), windows.get(0));
            gemm.writeActivations(problem.activations(), windows.get(1));
            LoadedProgram program = device.load(gemm.program(), gemm.programOffset());
            List<Region> regions = windows.stream()
                    .map(data -> device.attach(data, data.byteSize(), Access.READ_WRITE))
                    .toList();
            List<Long> arguments = Arrays.stream(gemm.arguments()).boxed().toList();
            if (!simulated) {
                device.run(new JobRequest(program, arguments, regions, false)).orThrow();
            }
            long start = System.nanoTime();
            JobResult.Ok result = device.run(new JobRequest(program, arguments, regions, true))
                    .orThrow();
            double seconds = (System.nanoTime() - start) * 1e-9;
            long mismatches = problem.mismatches(gemm.readResult(windows.get(3)));
            return new GemmRun(
                    spec,
                    gemm.macs(),
                    gemm.arrayMacs(),
                    result.cycles(),
                    result.counters(),
                    simulated,
                    mismatches,
                    seconds);
        }
    }

    /** Cycles in which the array took operands. */
    public long computeCycles() {
        return activity.busy(Queue.MATRIX);
    }

    /** All other cycles: waiting for memory, quantizing, filling and draining, starting the job. */
    public long stallCycles() {
        return cycles - computeCycles();
    }

    /** The share of all multiply-accumulates possible in these cycles that the product needed, 0 to 1. */
    public double macUtilization() {
        return (double) macs / ((double) cycles * spec.array().macsPerCycle());
    }

    /** Bytes the engines read from all scratchpads. */
    public OptionalLong scratchpadReadBytes() {
        return sum(activity::read);
    }

    /** Bytes the engines wrote to all scratchpads. */
    public OptionalLong scratchpadWriteBytes() {
        return sum(activity::written);
    }

    private OptionalLong sum(ToLongFunction<Scratchpad> counter) {
        return counted
                ? OptionalLong.of(
                        Arrays.stream(Scratchpad.values()).mapToLong(counter).sum())
                : OptionalLong.empty();
    }
}
