package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.ClockNote;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.OutputFile;
import dev.hwc.cli.output.Progress;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.BackEnd;
import dev.hwc.cli.run.ModelSource;
import dev.hwc.cli.run.RunReports;
import dev.hwc.compiler.image.ImageModel;
import dev.hwc.compiler.image.Placement;
import dev.hwc.host.generation.Generation;
import dev.hwc.host.generation.GenerationRequest;
import dev.hwc.host.generation.TextGenerator;
import dev.hwc.host.generation.TokenModel;
import dev.hwc.host.sampling.SamplingSettings;
import dev.hwc.host.text.ModelText;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.tokenizer.Tokenizer;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.reports.html.HtmlReport;
import dev.hwc.reports.model.RunReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc generate}: continues a prompt and says what it cost. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Continue a prompt; the text streams to standard output.")
final class GenerateCommand implements Callable<Integer> {
    private static final int DEFAULT_COUNT = 128;

    private final Streams streams;

    @Parameters(
            paramLabel = "MODEL",
            description = "a .gguf file, a Hugging Face folder, demo, demo@q4_0, or a program image (.hwx) of --hw")
    private String modelName = "";

    @ArgGroup(multiplicity = "1")
    private PromptOptions prompt = new PromptOptions();

    @Mixin
    private ChatOptions chat = new ChatOptions();

    @Option(
            names = "-n",
            paramLabel = "N",
            description = "tokens to generate (default: " + DEFAULT_COUNT + ", or what the context allows)")
    private @Nullable Integer count;

    @Option(names = "--ignore-eos", description = "go on after the token that ends a text")
    private boolean ignoreEos;

    @Mixin
    private BackEndOptions backEndOptions = new BackEndOptions();

    @Mixin
    private WaveformOptions waveform = new WaveformOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Option(names = "--logits", paramLabel = "K", description = "add the K largest logits of each step to the JSON")
    private @Nullable Integer logits;

    @Option(names = "--report", paramLabel = "FILE.html", description = "write a report page")
    private @Nullable Path report;

    @Mixin
    private JsonOption json = new JsonOption();

    GenerateCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        if (logits != null && logits < 1) {
            throw new UsageException("--logits is " + logits + "; allowed are 1 and more");
        }
        SamplingSettings settings = sampling.resolve();
        ClockNote clocks = new ClockNote();
        BackEnd backEnd = backEndOptions.resolve(waveform, clocks);
        Optional<OutputFile> page = page(backEnd);
        if (ModelSource.isShape(modelName)) {
            throw new UsageException("model " + modelName
                    + " is a shape without weights and cannot generate; use a .gguf file, or hwc bench for its speed");
        }
        if (ModelSource.isImage(modelName)) {
            image(settings, backEnd, clocks);
        } else {
            model(settings, backEnd, clocks, page);
        }
        waveform.summary(streams);
        return 0;
    }

    private void model(SamplingSettings settings, BackEnd backEnd, ClockNote clocks, Optional<OutputFile> page) {
        try (Model model = ModelSource.open(modelName)) {
            GenerationRequest request = request(model);
            BuildNote.print(backEnd, streams);
            try (TokenModel tokens = backEnd.open(model, request.positions())) {
                TextGenerator generator = new TextGenerator(tokens, settings.sampler());
                Costs costs = generation -> {
                    RunReport run = costs(backEnd, model, request, generation, tokens.placements(1));
                    page.ifPresent(file -> file.write(HtmlReport.render(run)));
                    return run;
                };
                run(generator, request, prompt.tokenizer(model), backEnd, clocks, Optional.of(costs), tokens);
            }
        }
    }

    /** A program image has neither a tokenizer nor what a report says of a model. */
    private void image(SamplingSettings settings, BackEnd backEnd, ClockNote clocks) {
        if (!prompt.asIds() || chat.on()) {
            throw new UsageException("model " + modelName
                    + " is a program image and has no tokenizer; give the prompt as --tokens (hwc tokenize)");
        }
        if (report != null) {
            throw new UsageException("--report needs the model, which " + modelName + " does not hold; name the model");
        }
        backEndOptions.refuseProducts(modelName);
        HardwareSpec spec = backEnd.hardware()
                .orElseThrow(() -> new UsageException("model " + modelName
                        + " is a program image; the reference back end runs models, use --backend sim or rtl"));
        try (ImageModel image = ModelSource.openImage(modelName, spec)) {
            GenerationRequest request = request(prompt.tokens(), image.context(), OptionalInt.empty(), modelName);
            BuildNote.print(backEnd, streams);
            try (TokenModel tokens = backEnd.open(image)) {
                TextGenerator generator = new TextGenerator(tokens, settings.sampler());
                run(generator, request, Optional.empty(), backEnd, clocks, Optional.empty(), tokens);
            }
        }
    }

    /** What a generation cost, and the page about it where one is wanted. */
    private interface Costs {
        RunReport of(Generation generation);
    }

    private Optional<OutputFile> page(BackEnd backEnd) {
        if (report == null) {
            return Optional.empty();
        }
        if (!(backEnd instanceof BackEnd.Simulator)) {
            throw new UsageException(
                    "--report needs cycles by operator, which only the simulator counts; use --backend sim");
        }
        return Optional.of(OutputFile.of(report));
    }

    private GenerationRequest request(Model model) {
        int eos = chat.on() ? ModelText.endOfAnswer(model) : model.config().eosId();
        boolean stops = !ignoreEos && !prompt.asIds() && eos >= 0;
        return request(
                prompt.ids(model, chat),
                model.config().contextLength(),
                stops ? OptionalInt.of(eos) : OptionalInt.empty(),
                model.source());
    }

    private GenerationRequest request(int[] ids, int context, OptionalInt stop, String source) {
        if (ids.length > context) {
            throw new UsageException("the prompt has " + ids.length + " tokens; the context of " + source + " has "
                    + context + "; shorten the prompt");
        }
        int most = context - ids.length + 1;
        if (count != null && count > most) {
            throw new UsageException("-n is " + count + "; after a prompt of " + ids.length + " tokens the context of "
                    + context + " allows " + most + "; lower -n or shorten the prompt");
        }
        return new GenerationRequest(ids, count != null ? count : Math.min(DEFAULT_COUNT, most), stop);
    }

    private void run(
            TextGenerator generator,
            GenerationRequest request,
            Optional<Tokenizer> tokenizer,
            BackEnd backEnd,
            ClockNote clocks,
            Optional<Costs> costs,
            TokenModel model) {
        boolean slow = backEnd instanceof BackEnd.Rtl;
        GenerationOutput output = new GenerationOutput(
                json.forPeople(streams), tokenizer, logits == null ? 0 : logits, chat.on() ? "" : prompt.text(), slow);
        Generation generation;
        int steps = request.prompt().length + (slow ? request.count() : 0);
        try (Progress progress = new Progress(streams, slow ? "tokens" : "prompt", steps)) {
            clocks.beside(progress);
            generation = generator.generate(request, output.listener(progress));
        }
        output.end();
        Optional<RunReport> run =
                backEnd instanceof BackEnd.Simulator ? costs.map(known -> known.of(generation)) : Optional.empty();
        summary(backEnd, request, generation);
        ObjectNode result =
                GenerationJson.of(backEnd, request, generation, output.text(), output.steps(), logits != null, run);
        ProductOptions.fill(result, model.placements(1));
        json.write(result, streams);
    }

    private RunReport costs(
            BackEnd backEnd,
            Model model,
            GenerationRequest request,
            Generation generation,
            List<Placement> placements) {
        HardwareSpec spec = backEnd.hardware().orElseThrow();
        return new RunReports("hwc generate " + modelName + " --hw " + spec.name(), modelName, model, spec)
                .setting("batch", 1)
                .setting("context", request.positions())
                .placements(placements)
                .prefill("prefill " + request.prompt().length, generation.prefill())
                .decode("decode × " + generation.decode().size(), generation.decode())
                .report();
    }

    private void summary(BackEnd backEnd, GenerationRequest request, Generation generation) {
        StringBuilder line = new StringBuilder(backEnd.describe())
                .append(": ")
                .append(request.prompt().length)
                .append(" prompt tokens");
        if (!generation.prefill().isEmpty()) {
            line.append(" in ")
                    .append(Numbers.grouped(generation.prefillCycles()))
                    .append(" cycles");
        }
        line.append(", ").append(generation.tokens().size()).append(" generated");
        GenerationJson.tokensPerSecond(backEnd, generation)
                .ifPresent(speed -> line.append(" at ")
                        .append(Numbers.grouped(
                                generation.decodeCycles() / generation.decode().size()))
                        .append(" cycles each, ")
                        .append(Numbers.decimals(speed, 2))
                        .append(" tokens/s modelled"));
        line.append("; ").append(Numbers.decimals(generation.wallSeconds(), 2)).append(" s on this machine");
        streams.err().println(line);
        GenerationJson.elements(backEnd, generation)
                .text()
                .ifPresent(text -> streams.err().println(text));
    }
}
