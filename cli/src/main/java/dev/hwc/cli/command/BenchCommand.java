package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.OutputFile;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.BenchRow;
import dev.hwc.cli.run.BenchRunner;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.cli.run.ModelSource;
import dev.hwc.cli.run.RunReports;
import dev.hwc.cli.run.WeightFormats;
import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.Placement;
import dev.hwc.host.device.SimulatedCost;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.reports.html.HtmlReport;
import dev.hwc.reports.model.RunReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hwc bench}: the modelled speed of a model on a hardware, as llama-bench prints it. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Modelled speed: prompt processing (pp) and token generation (tg), every step simulated.")
final class BenchCommand implements Callable<Integer> {
    private static final List<String> FORMATS = List.of("md", "csv", "json");

    private final Streams streams;

    @Parameters(paramLabel = "MODEL", description = "a .gguf file, demo, or shape:NAME[@TYPE]")
    private String modelName = "";

    @Option(names = "--hw", paramLabel = "HW", required = true, description = "hardware: a preset or a .yaml file")
    private String hardware = "";

    @Option(
            names = "-p",
            paramLabel = "N",
            split = ",",
            description = "prompt lengths (default: 512); 0 leaves the test out")
    private int[] prompts = {512};

    @Option(
            names = "-n",
            paramLabel = "N",
            split = ",",
            description = "numbers of generated tokens (default: 128); 0 leaves the test out")
    private int[] generations = {128};

    @Option(names = "--depth", paramLabel = "D", description = "tokens in the KV cache before each test (default: 0)")
    private int depth;

    @Option(names = "--batch", paramLabel = "B", description = "sequences at once; this version has 1 only")
    private int batch = 1;

    @Option(names = "-o", paramLabel = "FORMAT", description = "of standard output: md (default), csv or json")
    private String format = "md";

    @Option(names = "--report", paramLabel = "FILE.html", description = "write a report page")
    private @Nullable Path report;

    @Mixin
    private ProductOptions products = new ProductOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    BenchCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        check();
        Optional<OutputFile> page = Optional.ofNullable(report).map(OutputFile::of);
        HardwareSpec spec = HardwareSource.find(hardware);
        try (Model model = ModelSource.open(modelName);
                CompiledModel compiled = compiled(model, spec)) {
            List<BenchRow> rows = run(new BenchRunner(compiled, streams));
            List<Placement> placements = compiled.placements(1);
            WeightFormats weights = WeightFormats.of(compiled.layout());
            RunReport run = costs(model, spec, weights, rows, placements);
            BenchTable table = new BenchTable(modelName, model, spec, weights, rows, placements, run);
            json.forPeople(streams).out().print(table.in(format));
            page.ifPresent(file -> file.write(HtmlReport.render(run)));
            json.write(table.json(), streams);
        }
        return 0;
    }

    private void check() {
        if (!FORMATS.contains(format)) {
            throw new UsageException("format '" + format + "' is unknown; allowed are " + String.join(", ", FORMATS)
                    + Nearest.suggestion(format, FORMATS));
        }
        if (batch != 1) {
            throw new UsageException("--batch is " + batch + "; this version simulates 1 sequence at a time");
        }
        if (depth < 0
                || Arrays.stream(prompts).anyMatch(p -> p < 0)
                || Arrays.stream(generations).anyMatch(g -> g < 0)) {
            throw new UsageException("-p, -n and --depth are numbers of tokens; allowed are 0 and more");
        }
        if (longest() == 0) {
            throw new UsageException("there is no test; give -p or -n above 0");
        }
    }

    private int longest() {
        return Math.max(
                Arrays.stream(prompts).max().orElse(0),
                Arrays.stream(generations).max().orElse(0));
    }

    private int context(Model model) {
        int needed = Math.addExact(depth, longest());
        int trained = model.config().contextLength();
        if (needed > trained) {
            streams.err()
                    .println("note: the tests need a context of " + needed + " tokens; " + modelName + " has " + trained
                            + ", so only their time is meaningful");
        }
        return needed;
    }

    private List<BenchRow> run(BenchRunner runner) {
        List<BenchRow> rows = new ArrayList<>();
        Arrays.stream(prompts).filter(p -> p > 0).forEach(p -> rows.add(runner.prompt(p, depth)));
        Arrays.stream(generations).filter(g -> g > 0).forEach(g -> rows.add(runner.generation(g, depth)));
        return rows;
    }

    private CompiledModel compiled(Model model, HardwareSpec spec) {
        return CompiledModel.compile(model, spec, context(model), new SimulatedCost(spec), products.resolve(spec));
    }

    private RunReport costs(
            Model model, HardwareSpec spec, WeightFormats weights, List<BenchRow> rows, List<Placement> placements) {
        RunReports reports = new RunReports("hwc bench " + modelName + " --hw " + spec.name(), modelName, model, spec)
                .setting("batch", 1)
                .setting("depth", depth)
                .setting("weights in memory", weights.text())
                .placements(placements);
        for (BenchRow row : rows) {
            if (row.test().startsWith("pp")) {
                reports.prefill(row.test(), row.steps());
            } else {
                reports.decode(row.test(), row.steps());
            }
        }
        return reports.report();
    }
}
