package dev.hwc.cli.command;

import dev.hwc.cli.RunFailure;
import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.ClockNote;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.Progress;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.GemmRun;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.rtl.harness.Waveform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc gemm}: one matrix product, its data checked. */
@Command(
        name = "gemm",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Run one matrix product C[m,n] = A[m,k]·W[n,k]ᵀ and compare every element with the reference.")
final class GemmCommand implements Callable<Integer> {
    private static final List<String> BACK_ENDS = List.of("sim", "rtl");
    private static final int MAXIMUM_SIZE = 65_536;
    private static final long MAXIMUM_ELEMENTS = 1L << 28;

    private final Streams streams;

    @Option(names = "--m", paramLabel = "M", required = true, description = "rows of activations")
    private int m;

    @Option(names = "--n", paramLabel = "N", required = true, description = "rows of weights, columns of the result")
    private int n;

    @Option(names = "--k", paramLabel = "K", required = true, description = "the inner dimension")
    private int k;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "of the weights: i8 (default), i4, i4m, nl4 or ternary")
    private String type = "i8";

    @Option(names = "--hw", paramLabel = "HW", required = true, description = "hardware: a preset or a .yaml file")
    private String hardware = "";

    @Option(
            names = "--memory",
            paramLabel = "NAME",
            description = "ideal, or a DRAM such as lpddr5-6400 (default: the hardware's)")
    private @Nullable String memory;

    @Option(names = "--backend", paramLabel = "BACKEND", description = "sim (default) or rtl")
    private String backEnd = "sim";

    @Mixin
    private WaveformOptions waveformOptions = new WaveformOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    GemmCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        HardwareSpec spec = withMemory(HardwareSource.find(hardware));
        check();
        GemmRun run = run(spec, waveformOptions.resolve(backEnd));
        json.forPeople(streams).out().print(text(run));
        json.write(result(run), streams);
        waveformOptions.summary(streams);
        if (run.mismatches() > 0) {
            throw new RunFailure(Numbers.grouped(run.mismatches()) + " of " + Numbers.grouped((long) m * n)
                    + " elements differ from the reference; this is a defect of hwc");
        }
        return 0;
    }

    private GemmRun run(HardwareSpec spec, Optional<Waveform> waveform) {
        if (backEnd.equals("sim")) {
            return GemmRun.simulate(spec, m, n, k, format());
        }
        BuildNote.print(spec, waveform.isPresent(), streams);
        try (Progress progress = new Progress(streams, "rtl", 2)) {
            ClockNote clocks = new ClockNote();
            clocks.beside(progress);
            return GemmRun.verilate(spec, m, n, k, format(), waveform, clocks);
        }
    }

    private void check() {
        for (int size : new int[] {m, n, k}) {
            if (size < 1 || size > MAXIMUM_SIZE) {
                throw new UsageException("sizes are " + m + "x" + n + "x" + k + "; allowed are 1 to " + MAXIMUM_SIZE);
            }
        }
        if (Math.max((long) m * n, (long) Math.max(m, n) * k) > MAXIMUM_ELEMENTS) {
            throw new UsageException("a matrix of " + m + "x" + n + "x" + k + " has more than " + MAXIMUM_ELEMENTS
                    + " elements; take a smaller product");
        }
        if (!BACK_ENDS.contains(backEnd)) {
            throw new UsageException("back end '" + backEnd + "' is unknown; allowed are "
                    + String.join(", ", BACK_ENDS) + Nearest.suggestion(backEnd, BACK_ENDS));
        }
    }

    private BlockMatrix.Format format() {
        List<String> types = BlockMatrix.Format.names();
        return BlockMatrix.Format.named(type)
                .orElseThrow(() -> new UsageException("type '" + type + "' is unknown; allowed are "
                        + String.join(", ", types) + Nearest.suggestion(type, types)));
    }

    private HardwareSpec withMemory(HardwareSpec spec) {
        if (memory == null || memory.equals(spec.memory().kind())) {
            return spec;
        }
        if (memory.equals("ideal")) {
            return spec.withMemory(spec.idealMemory());
        }
        if (MemoryNames.isDram(memory)) {
            return spec.withMemory(HardwareSpec.MemorySpec.dram(memory, 1));
        }
        List<String> known = new ArrayList<>(MemoryNames.DRAM);
        known.add(MemoryNames.IDEAL);
        throw new UsageException("memory '" + memory + "' is unknown; allowed are ideal, the hardware's own ("
                + spec.memory().kind() + ") and " + String.join(", ", MemoryNames.DRAM)
                + Nearest.suggestion(memory, known));
    }

    private String text(GemmRun run) {
        return m + "x" + n + "x" + k + " " + type + " on " + run.spec().name() + ": "
                + Numbers.grouped(run.cycles()) + " cycles, the array busy in " + Numbers.grouped(run.computeCycles())
                + "\nMAC utilization " + Numbers.decimals(100 * run.macUtilization(), 1) + " %, memory "
                + Numbers.bytes(run.activity().bytesRead()) + " read and "
                + Numbers.bytes(run.activity().bytesWritten()) + " written\n"
                + elements(run).text().map(line -> line + "\n").orElse("")
                + (run.mismatches() == 0 ? "all " : Numbers.grouped(run.mismatches()) + " MISMATCHES in ")
                + Numbers.grouped((long) m * n) + " elements "
                + (run.mismatches() == 0 ? "equal the reference to the bit\n" : "\n");
    }

    private static ElementMacs elements(GemmRun run) {
        return ElementMacs.of(Optional.of(run.spec()), OptionalLong.of(run.arrayMacs()), List.of(run.activity()));
    }

    private ObjectNode result(GemmRun run) {
        ObjectNode result = JsonOption.result(Optional.of(run.spec()));
        result.put("m", m);
        result.put("n", n);
        result.put("k", k);
        result.put("type", type);
        result.put("cycles", run.cycles());
        result.put("computeCycles", run.computeCycles());
        result.put("stallCycles", run.stallCycles());
        result.put("macUtilization", run.macUtilization());
        result.put("dramReadBytes", run.activity().bytesRead());
        result.put("dramWriteBytes", run.activity().bytesWritten());
        JsonOption.put(result, "scratchpadReadBytes", run.scratchpadReadBytes());
        JsonOption.put(result, "scratchpadWriteBytes", run.scratchpadWriteBytes());
        elements(run).put(result);
        result.put("mismatches", run.mismatches());
        result.put("simulatorSeconds", run.simulatorSeconds());
        result.put("backend", backEnd);
        result.put("memory", run.spec().memory().kind());
        return result;
    }

    /** Absent where the back end does not count it. */
}
