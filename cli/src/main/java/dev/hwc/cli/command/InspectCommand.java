package dev.hwc.cli.command;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Streams;
import dev.hwc.cli.run.Inspection;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code hwc inspect}: what a model file holds, and whether it can run. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = "Show metadata, tensors, types, bytes, and what is supported.")
final class InspectCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(paramLabel = "MODEL", description = "a .gguf file, a Hugging Face folder, demo, or shape:NAME[@TYPE]")
    private String model = "";

    @Mixin
    private JsonOption json = new JsonOption();

    InspectCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        json.check();
        Inspection inspection = Inspection.of(model);
        json.forPeople(streams).out().print(inspection.text());
        ObjectNode result = JsonOption.result(Optional.empty());
        inspection.fill(result);
        json.write(result, streams);
        return 0;
    }
}
