package dev.hwc.cli.command;

import dev.hwc.cli.RunFailure;
import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Progress;
import dev.hwc.cli.output.StreamedOutput;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.DramSource;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.sim.dram.DramRun;
import dev.hwc.sim.dram.Pattern;
import dev.hwc.sim.dram.TraceWriter;
import dev.hwc.sim.dram.check.TraceChecker;
import dev.hwc.sim.dram.check.Violation;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.energy.DramEnergy;
import dev.hwc.sim.dram.energy.EnergyTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc dram}: one memory channel alone, every command checked. */
@Command(
        name = "dram",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Run traffic on one channel of DRAM, command by command, or check a command trace.")
final class DramCommand implements Callable<Integer> {
    private static final List<String> PATTERNS = names(Pattern.values());
    private static final List<String> REFRESHES = names(ControllerPolicy.Refresh.values());
    private static final List<String> PAGES = names(ControllerPolicy.Page.values());
    private static final long MAXIMUM_REQUESTS = 1_000_000_000;

    private final Streams streams;

    @Option(names = "--memory", paramLabel = "NAME", description = "a DRAM such as lpddr5-6400, or a .csv timing set")
    private @Nullable String memory;

    @Option(names = "--pattern", paramLabel = "PATTERN", description = "stream, random or chase (one read at a time)")
    private @Nullable String pattern;

    @Option(names = "--write", paramLabel = "PERCENT", description = "share of writes (default: 0)")
    private int writePercent;

    @Option(names = "--requests", paramLabel = "N", description = "requests of one burst each")
    private long requests;

    @Option(names = "--trace", paramLabel = "FILE", description = "write every command issued")
    private @Nullable Path trace;

    @Option(names = "--refresh", paramLabel = "KIND", description = "all-bank (default), per-bank or off")
    private String refresh = "all-bank";

    @Option(names = "--page", paramLabel = "POLICY", description = "open (default) or closed")
    private String page = "open";

    @Option(
            names = "--mapping",
            paramLabel = "FIELDS",
            description = "address fields from the lowest: " + ControllerPolicy.GROUPS_FIRST + " is the default")
    private String mapping = ControllerPolicy.GROUPS_FIRST;

    @Option(names = "--seed", paramLabel = "N", description = "of addresses and writes (default: 1)")
    private long seed = 1;

    @Option(names = "--check", paramLabel = "TRACE", description = "check this trace instead of running anything")
    private @Nullable Path check;

    @Mixin
    private JsonOption json = new JsonOption();

    DramCommand(Streams streams) {
        this.streams = streams;
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(v -> v.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
    }

    @Override
    public Integer call() {
        json.check();
        return check == null ? run() : check(check);
    }

    private int run() {
        if (memory == null || pattern == null || requests < 1 || requests > MAXIMUM_REQUESTS) {
            throw new UsageException("hwc dram needs --memory, --pattern and --requests of 1 to " + MAXIMUM_REQUESTS
                    + ", or --check; see 'hwc dram --help'");
        }
        if (writePercent < 0 || writePercent > 100) {
            throw new UsageException("--write " + writePercent + ", allowed 0 to 100");
        }
        DramSource source = DramSource.find(memory);
        Pattern traffic = Pattern.values()[index("pattern", pattern, PATTERNS)];
        ControllerPolicy policy = ControllerPolicy.DEFAULT
                .withRefresh(ControllerPolicy.Refresh.values()[index("refresh", refresh, REFRESHES)], 0)
                .withPage(ControllerPolicy.Page.values()[index("page", page, PAGES)])
                .withMapping(mapping, true);
        TraceChecker checker = new TraceChecker(source.text());
        DramRun.Result result;
        try (StreamedOutput file = trace == null ? null : StreamedOutput.open(trace)) {
            TraceWriter writer = new TraceWriter(source.spec(), policy, line -> {
                checker.line(line);
                if (file != null) {
                    file.line(line);
                }
            });
            result = traffic(source, policy, traffic, writer);
            writer.end(result.cycles());
            if (file != null) {
                file.finish();
            }
        }
        checker.finish();
        DramReport report = new DramReport(result, policy, checker, energy(source, result));
        report.warnings().forEach(w -> streams.err().println("hwc: warning: " + w));
        json.forPeople(streams).out().print(report.text());
        json.write(report.json(), streams);
        failOn(checker, "this is a defect of hwc");
        return 0;
    }

    private static DramEnergy energy(DramSource source, DramRun.Result result) {
        return DramEnergy.of(source.spec(), result.counts(), EnergyTable.shipped());
    }

    private DramRun.Result traffic(DramSource source, ControllerPolicy policy, Pattern traffic, TraceWriter writer) {
        try (Progress progress = new Progress(streams, "dram", requests)) {
            return DramRun.run(source.spec(), policy, traffic, writePercent, requests, seed, writer, progress::at);
        }
    }

    private int check(Path file) {
        if (pattern != null || trace != null) {
            throw new UsageException("--check reads a trace; --pattern and --trace do not go with it");
        }
        TraceChecker checker = memory == null
                ? new TraceChecker()
                : new TraceChecker(DramSource.find(memory).text());
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                checker.line(line);
            }
        } catch (IOException e) {
            throw new UsageException("trace " + file + " cannot be read: " + e.getMessage() + "; check its name", e);
        }
        checker.finish();
        ObjectNode result = JsonOption.result(Optional.empty());
        result.put("commands", checker.commands());
        result.put("timingViolations", checker.violations());
        DramReport.violations(result, checker);
        json.forPeople(streams)
                .out()
                .println(checker.commands() + " commands, " + checker.violations() + " violations of timing");
        json.write(result, streams);
        failOn(checker, "the first is " + first(checker));
        return 0;
    }

    private static String first(TraceChecker checker) {
        return checker.firstViolations().stream()
                .findFirst()
                .map(Violation::toString)
                .orElse("none");
    }

    private void failOn(TraceChecker checker, String more) {
        if (checker.violations() > 0) {
            throw new RunFailure("the trace has " + checker.violations() + " violations of timing; " + more);
        }
    }

    private static int index(String what, String name, List<String> names) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new UsageException(what + " '" + name + "' is unknown; allowed are " + String.join(", ", names)
                    + Nearest.suggestion(name, names));
        }
        return index;
    }
}
