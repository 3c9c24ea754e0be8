package dev.hwc.tests.bench;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.tensor.FusedKind;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.pim.KernelStream;
import dev.hwc.sim.pim.PimEngine;
import dev.hwc.sim.pim.PimSpec;
import dev.hwc.sim.pim.window.PimMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
 * All products with weights of a decode step of a model with 1.1 billion parameters in memory that computes: `commands`
 * as one stream of commands, each read by the checker; `shapes` as {@code bench} does it, kernels scheduled once per shape
 * and put behind each other. Both begin with nothing known. Every `commands` says how far apart they are.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Thread)
public class PimTokenBenchmark {
    private static final double MOST_PERCENT = 3;

    @Param({"npu-32x32+lpddr5-pim"})
    public String preset = "";

    @Param({"tinyllama-1.1b@q4_0"})
    public String shape = "";

    /** Kernels that a product is cut into. */
    @Param({"1", "4"})
    public int kernels;

    private HardwareSpec spec = HardwareSpecs.preset("npu-32x32+lpddr5-pim");
    private List<PimProduct> products = new ArrayList<>();
    private long shapesClocks;

    /** Time of the processor. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Work {
        public long cpuNanos;
    }

    /** What came of a run of `commands`. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Outcome {
        public long commands;
        public long clocks;
        /** Of the clocks of `shapes` over those of `commands`, in millionths. */
        public long errorPpm;
    }

    @Setup
    public void compile() {
        HardwareSpec compute = HardwareSpecs.preset(preset);
        TilingOptions options = TilingOptions.DEFAULT.withMemoryKernels(kernels).withInMemory(FusedKind.PRODUCTS);
        try (Model model = Model.open(Model.SHAPE_PREFIX + shape);
                CompiledModel compiled = CompiledModel.compile(model, compute, 64, options)) {
            products = compiled.layout().pimWindow();
        }
        // a port of the channels' clock, so that no crossing rounds
        int mhz = (int) (device(compute).dram().clockKhz() / 1000);
        spec = new HardwareSpec(
                compute.name(),
                mhz,
                compute.array(),
                compute.vectorLanes(),
                compute.buffers(),
                compute.port(),
                compute.memory(),
                compute.scratchpads(),
                compute.pim());
        shapesClocks = clocksByShapes();
    }

    private static PimSpec device(HardwareSpec hardware) {
        return PimSpec.find(Objects.requireNonNull(hardware.pim()).device());
    }

    private int channels() {
        return Objects.requireNonNull(spec.pim()).channels();
    }

    @Benchmark
    public KernelStream commands(Work work, Outcome outcome) {
        long start = CpuClock.nanos();
        KernelStream stream = KernelStream.run(device(spec), channels(), PimMemory.kernels(products));
        work.cpuNanos += CpuClock.nanos() - start;
        double error = (double) (shapesClocks - stream.cycles()) / stream.cycles();
        if (stream.violations() > 0 || Math.abs(error) > MOST_PERCENT / 100) {
            throw new IllegalStateException(shapesClocks + " clocks by shapes against " + stream);
        }
        outcome.commands += stream.commands();
        outcome.clocks += stream.cycles();
        outcome.errorPpm += Math.round(1e6 * error);
        return stream;
    }

    @Benchmark
    public long shapes(Work work) {
        long start = CpuClock.nanos();
        long clocks = clocksByShapes();
        work.cpuNanos += CpuClock.nanos() - start;
        return clocks;
    }

    /** All operands are there at once; the last result is complete when everything is. */
    private long clocksByShapes() {
        PimEngine engine = new PimEngine(device(spec), channels());
        PimMemory memory =
                new PimMemory(spec, new FixedMemory(10, spec.port().beatBytes()), engine, 0, products, List.of());
        for (int i = 0; i < products.size(); i++) {
            PimProduct product = products.get(i);
            memory.submit(0, true, product.input(0), (int) product.inputStride(), i);
        }
        PimProduct last = products.getLast();
        int line = (int) PimProduct.LINE;
        return memory.submit(0, false, last.output(0) + last.outputStride() - line, line, 0);
    }
}
