package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.Compilation;
import dev.hwc.cli.run.HardwareSource;
import dev.hwc.cli.run.ModelSource;
import dev.hwc.compiler.image.HwxImage;
import dev.hwc.compiler.image.Placement;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.ProgramText;
import dev.hwc.ir.text.TensorPrinter;
import dev.hwc.ir.tile.TileText;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc compile}: lowers a model and shows what came out. */
@Command(
        name = "compile",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Lower a model for a hardware; --emit prints one level of the program.")
final class CompileCommand implements Callable<Integer> {
    private static final List<String> LEVELS = List.of("tensor", "tile", "isa");
    private static final int DEFAULT_CONTEXT = 512;

    private final Streams streams;

    @Parameters(paramLabel = "MODEL", description = "a .gguf file, demo, or shape:NAME[@TYPE]")
    private String modelName = "";

    @Option(names = "--hw", paramLabel = "HW", required = true, description = "hardware: a preset or a .yaml file")
    private String hardware = "";

    @Option(names = "--emit", paramLabel = "LEVEL", description = "print a level: tensor, tile or isa")
    private @Nullable String level;

    @Option(names = "--tokens", paramLabel = "M", description = "new tokens of the step to print (default: 1, decode)")
    private int tokens = 1;

    @Option(
            names = "--context",
            paramLabel = "N",
            description = "tokens the KV cache holds (default: the model's, at most " + DEFAULT_CONTEXT + ")")
    private @Nullable Integer context;

    @Option(
            names = "-o",
            paramLabel = "OUT.hwx",
            description = "write a program image: steps of one and of the most tokens, with the packed weights")
    private @Nullable Path image;

    @Option(
            names = "--steps",
            paramLabel = "M",
            split = ",",
            description = "with -o: new tokens of the image's steps (default: 1 and the most that fit)")
    private int @Nullable [] steps;

    @Option(names = "--explore", paramLabel = "SPACE.yaml", description = "search a design space (not in this version)")
    private @Nullable Path space;

    @Mixin
    private ProductOptions products = new ProductOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    CompileCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        refuseWhatIsMissing();
        HardwareSpec spec = HardwareSource.find(hardware);
        try (Model model = ModelSource.open(modelName);
                Compilation compilation = Compilation.of(model, spec, context(model), products.resolve(spec))) {
            if (image != null) {
                HwxImage.write(compilation.compiled(), stepTokens(compilation), image);
            }
            List<Placement> placements = compilation.compiled().placements(1);
            String text =
                    level == null ? compilation.text() + ProductOptions.text(placements) : emit(compilation, level);
            json.forPeople(streams).out().print(text);
            ObjectNode result = JsonOption.result(Optional.of(spec));
            result.put("model", modelName);
            compilation.fill(result);
            ProductOptions.fill(result, placements);
            json.write(result, streams);
            if (level != null) {
                streams.err().println(Numbers.grouped(compilation.instructions()) + " instructions for a decode step");
            }
        }
        return 0;
    }

    private void refuseWhatIsMissing() {
        if (space != null) {
            throw new UsageException("--explore: design spaces are not searched by this version; leave it out");
        }
        if (level != null && !LEVELS.contains(level)) {
            throw new UsageException("level '" + level + "' is unknown; allowed are " + String.join(", ", LEVELS)
                    + Nearest.suggestion(level, LEVELS));
        }
        if (steps != null && image == null) {
            throw new UsageException("--steps are those of an image; add -o OUT.hwx");
        }
        if (tokens < 1) {
            throw new UsageException("--tokens is " + tokens + "; allowed are 1 and more");
        }
    }

    private List<Integer> stepTokens(Compilation compilation) {
        if (steps == null) {
            return compilation.stepTokens();
        }
        int most = compilation.compiled().maxTokens();
        for (int size : steps) {
            if (size < 1 || size > most) {
                throw new UsageException("--steps has " + size + "; a step has 1.." + most + " tokens on " + hardware);
            }
        }
        return Arrays.stream(steps).boxed().toList();
    }

    private int context(Model model) {
        return context != null
                ? context
                : Math.min(DEFAULT_CONTEXT, model.config().contextLength());
    }

    private String emit(Compilation compilation, String wanted) {
        return switch (wanted) {
            case "tensor" -> TensorPrinter.print(compilation.compiled().tensors());
            case "tile" -> TileText.print(compilation.compiled().step(tokens).tiles());
            default -> ProgramText.print(compilation.compiled().step(tokens).program());
        };
    }
}
