package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.host.HostException;
import dev.hwc.host.text.ModelText;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The prompt: a text, a file, or token ids. */
final class PromptOptions {
    @Option(names = "-p", paramLabel = "TEXT", description = "the prompt")
    private @Nullable String text;

    @Option(names = "-f", paramLabel = "FILE", description = "read the prompt from a UTF-8 file")
    private @Nullable Path file;

    @Option(
            names = "--tokens",
            paramLabel = "ID",
            split = ",",
            description = "the prompt as token ids, taken as they are")
    private int @Nullable [] tokens;

    /** Whether the prompt was given as ids. */
    boolean asIds() {
        return tokens != null;
    }

    /** The ids, where the prompt was given as such. */
    int[] tokens() {
        return Objects.requireNonNull(tokens);
    }

    /** The prompt as text; empty for ids. */
    String text() {
        return file != null ? TextFile.read(file) : text == null ? "" : text;
    }

    /** The prompt's token ids. */
    int[] ids(Model model, ChatOptions chat) {
        chat.check(this);
        if (tokens != null) {
            return tokens;
        }
        int[] ids = chat.on()
                ? ModelText.tokenizer(model).encodeMarked(chat.render(model, text()))
                : ModelText.tokenizer(model).encode(text(), true);
        if (ids.length == 0) {
            throw new UsageException("the prompt has no token; give a longer text");
        }
        return ids;
    }

    /** What turns generated ids into text; absent when ids were given and the model has no tokenizer. */
    Optional<Tokenizer> tokenizer(Model model) {
        try {
            return Optional.of(ModelText.tokenizer(model));
        } catch (IrException | HostException e) {
            if (asIds()) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
