package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import dev.hwc.host.text.ChatMessage;
import dev.hwc.host.text.ModelText;
import dev.hwc.ir.format.model.Model;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make a conversation of a prompt. */
final class ChatOptions {
    @Option(names = "--chat", description = "take the prompt as a user's message in the model's chat template")
    private boolean chat;

    @Option(names = "--system", paramLabel = "TEXT", description = "a system message before it; needs --chat")
    private @Nullable String system;

    boolean on() {
        return chat;
    }

    void check(PromptOptions prompt) {
        if (system != null && !chat) {
            throw new UsageException("--system needs --chat; add it or leave --system out");
        }
        if (chat && prompt.asIds()) {
            throw new UsageException("--chat needs a text and --tokens gives ids; use -p or -f");
        }
    }

    /** The conversation as the model's template writes it, up to where the answer begins. */
    String render(Model model, String text) {
        List<ChatMessage> messages = new ArrayList<>();
        if (system != null) {
            messages.add(ChatMessage.system(system));
        }
        messages.add(ChatMessage.user(text));
        return ModelText.template(model).render(messages, true);
    }
}
