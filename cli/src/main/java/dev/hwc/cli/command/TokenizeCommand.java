package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.ModelSource;
import dev.hwc.host.text.ModelText;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc tokenize}: a text as token ids. */
@Command(name = "tokenize", mixinStandardHelpOptions = true, description = "Print the token ids of a text.")
final class TokenizeCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "a .gguf file with a vocabulary, a Hugging Face folder, or demo")
    private String model = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "TEXT", description = "the text")
    private @Nullable String text;

    @Option(names = "-f", paramLabel = "FILE", description = "read the text from a UTF-8 file instead")
    private @Nullable Path file;

    @Option(names = "--no-bos", description = "do not begin with the token that begins a text")
    private boolean noBos;

    @Mixin
    private JsonOption json = new JsonOption();

    TokenizeCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        int[] tokens;
        if (ModelSource.folder(model).isPresent()) {
            try (Model folder = ModelSource.open(model)) {
                tokens = ModelText.tokenizer(folder).encode(input(), !noBos);
            }
        } else {
            try (GgufFile file = ModelSource.openFile(model)) {
                tokens = Tokenizers.of(file).encode(input(), !noBos);
            }
        }
        json.forPeople(streams)
                .out()
                .println(Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
        ObjectNode result = JsonOption.result(Optional.empty());
        var array = result.putArray("tokens");
        Arrays.stream(tokens).forEach(array::add);
        json.write(result, streams);
        return 0;
    }

    private String input() {
        if (text == null && file == null) {
            throw new UsageException("there is no text; give TEXT or -f FILE");
        }
        if (text != null && file != null) {
            throw new UsageException("TEXT and -f exclude each other; give one of them");
        }
        return file != null ? TextFile.read(file) : String.valueOf(text);
    }
}
