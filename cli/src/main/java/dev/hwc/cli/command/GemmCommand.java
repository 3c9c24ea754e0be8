package dev.hwc.cli.command;

import dev.hwc.cli.RunFailure;
import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.GemmRun;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.activity.Scratchpad;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc gemm}: one matrix product on the accelerator, every result checked. */
@Command(
        name = "gemm",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "One matrix product C[m,n] = A[m,k]*W[n,k]^T with random operands; every result is checked.")
final class GemmCommand implements Callable<Integer> {
    private static final List<String> TYPES = List.of("i8", "i4", "ternary");
    private static final List<String> BACK_ENDS = List.of("sim");

    private final Streams streams;

    @Option(names = "--m", required = true, paramLabel = "M", description = "rows of A (tokens)")
    private int m;

    @Option(names = "--n", required = true, paramLabel = "N", description = "rows of W (outputs)")
    private int n;

    @Option(names = "--k", required = true, paramLabel = "K", description = "inner size")
    private int k;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "weights: i8 (default), i4, or ternary (-1, 0, 1 stored as i4)")
    private String type = "i8";

    @Option(names = "--hw", paramLabel = "HW", required = true, description = "hardware: a preset or a .yaml file")
    private String hardware = "";

    @Option(
            names = "--memory",
            paramLabel = "NAME",
            description = "ideal, or the memory of the hardware description (default)")
    private @Nullable String memory;

    @Option(names = "--backend", paramLabel = "NAME", description = "sim (default)")
    private String backEnd = "sim";

    @Option(names = "--seed", paramLabel = "S", description = "seed of the operands (default: 1)")
    private long seed = 1;

    @Mixin
    private JsonOption json = new JsonOption();

    GemmCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        oneOf("--type", type, TYPES);
        oneOf("--backend", backEnd, BACK_ENDS);
        HardwareSpec spec = withMemory(HardwareSource.find(hardware));
        long start = System.nanoTime();
        BlockMatrix.Format format = type.equals("i8") ? BlockMatrix.Format.I8 : BlockMatrix.Format.I4;
        GemmRun run = new GemmRun(spec, m, n, k, format, levels(), seed);
        GemmRun.Outcome outcome = run.run();
        ObjectNode result = result(spec, run, outcome, (System.nanoTime() - start) * 1e-9);
        print(spec, result, json.forPeople(streams));
        json.write(result, streams);
        if (outcome.mismatches() > 0) {
            throw new RunFailure(outcome.mismatches() + " of " + Numbers.grouped((long) m * n)
                    + " results differ from docs/spec/numerics.md; please report the command line");
        }
        return 0;
    }

    private static void oneOf(String option, String value, List<String> allowed) {
        if (!allowed.contains(value)) {
            throw new UsageException(option + " is '" + value + "'; allowed are " + String.join(", ", allowed)
                    + Nearest.suggestion(value, allowed));
        }
    }

    private HardwareSpec withMemory(HardwareSpec spec) {
        if (memory == null || memory.equals(spec.memory().kind())) {
            return spec;
        }
        oneOf("--memory", memory, List.of("ideal", spec.memory().kind()));
        return spec.withMemory(spec.idealMemory());
    }

    private int levels() {
        return switch (type) {
            case "i8" -> 127;
            case "i4" -> 7;
            default -> 1;
        };
    }

    private ObjectNode result(HardwareSpec spec, GemmRun run, GemmRun.Outcome outcome, double seconds) {
        Activity activity = outcome.result().counters();
        long cycles = outcome.result().cycles();
        long compute = activity.busy(Queue.MATRIX);
        ObjectNode node = JsonOption.result(Optional.of(spec));
        node.put("m", m);
        node.put("n", n);
        node.put("k", k);
        node.put("type", type);
        node.put("memory", spec.memory().kind());
        node.put("dataflow", "output stationary, loads overlap products");
        node.put("cycles", cycles);
        node.put("computeCycles", compute);
        node.put("stallCycles", cycles - compute);
        node.put("macUtilization", (double) run.macs() / ((double) cycles * spec.array().macsPerCycle()));
        node.put("dramReadBytes", activity.bytesRead());
        node.put("dramWriteBytes", activity.bytesWritten());
        long read = 0;
        long written = 0;
        for (Scratchpad pad : Scratchpad.values()) {
            read += activity.read(pad);
            written += activity.written(pad);
        }
        node.put("scratchpadReadBytes", read);
        node.put("scratchpadWriteBytes", written);
        node.put("mismatches", outcome.mismatches());
        node.put("simulatorSeconds", seconds);
        return node;
    }

    private void print(HardwareSpec spec, ObjectNode result, Streams people) {
        people.out()
                .printf(
                        "%s x %s x %s %s on %s, memory %s: %s cycles, %s of them feeding the array, %.1f %% of its MACs%n",
                        m,
                        n,
                        k,
                        type,
                        spec.name(),
                        spec.memory().kind(),
                        Numbers.grouped(result.get("cycles").asLong()),
                        Numbers.grouped(result.get("computeCycles").asLong()),
                        100 * result.get("macUtilization").asDouble());
        people.out()
                .printf(
                        "memory: %s bytes read, %s written; scratchpads: %s read, %s written; %s results differ%n",
                        Numbers.grouped(result.get("dramReadBytes").asLong()),
                        Numbers.grouped(result.get("dramWriteBytes").asLong()),
                        Numbers.grouped(result.get("scratchpadReadBytes").asLong()),
                        Numbers.grouped(result.get("scratchpadWriteBytes").asLong()),
                        result.get("mismatches").asLong());
    }
}
