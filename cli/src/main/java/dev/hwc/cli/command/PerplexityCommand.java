package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.ClockNote;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.cli.output.Progress;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.BackEnd;
import dev.hwc.cli.run.ModelSource;
import dev.hwc.host.generation.TextScore;
import dev.hwc.host.generation.TokenModel;
import dev.hwc.host.text.ModelText;
import dev.hwc.ir.format.model.Model;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc perplexity}: how well a model predicts a text, teacher forced. */
@Command(
        name = "perplexity",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Mean negative log likelihood of a text, teacher forced, BOS first. A text longer than the "
                + "context is scored in chunks of the context's length.")
final class PerplexityCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(paramLabel = "MODEL", description = "a .gguf file, demo or demo@q4_0")
    private String modelName = "";

    @Option(names = "-f", paramLabel = "TEXTFILE", required = true, description = "the text, UTF-8")
    private Path file = Path.of("");

    @Mixin
    private BackEndOptions backEndOptions = new BackEndOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    PerplexityCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        ClockNote clocks = new ClockNote();
        BackEnd backEnd = backEndOptions.resolve(new WaveformOptions(), clocks);
        String text = TextFile.read(file);
        if (ModelSource.isShape(modelName)) {
            throw new UsageException("model " + modelName + " is a shape without weights; use a .gguf file");
        }
        try (Model model = ModelSource.open(modelName)) {
            int[] tokens = ModelText.tokenizer(model).encode(text, true);
            if (tokens.length < 2) {
                throw new UsageException("text file " + file + " has no token after BOS; use a longer text");
            }
            int context = Math.min(tokens.length, model.config().contextLength());
            BuildNote.print(backEnd, streams);
            try (TokenModel tokenModel = backEnd.open(model, context);
                    Progress progress = new Progress(streams, "tokens", tokens.length - 1)) {
                clocks.beside(progress);
                print(backEnd, tokens.length, TextScore.of(tokenModel, tokens, progress::at));
            }
        }
        return 0;
    }

    private void print(BackEnd backEnd, int tokens, TextScore score) {
        json.forPeople(streams)
                .out()
                .println("nll " + Numbers.decimals(score.nll(), 6) + " nats per token, perplexity "
                        + Numbers.decimals(score.perplexity(), 4) + " over " + score.scored() + " tokens ("
                        + backEnd.describe() + ")");
        ObjectNode result = JsonOption.result(backEnd.hardware());
        result.put("backend", backEnd.describe());
        result.put("nll", score.nll());
        result.put("ppl", score.perplexity());
        result.put("tokens", tokens);
        result.put("scored", score.scored());
        json.write(result, streams);
    }
}
