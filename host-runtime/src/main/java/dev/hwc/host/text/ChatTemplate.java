package dev.hwc.host.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import dev.hwc.host.HostException;
import dev.hwc.ir.format.gguf.OneLine;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model's Jinja template that writes a conversation as one text with control tokens. Space is cut
 * around blocks as transformers does. Templates come with models, so they are not trusted: nothing but
 * strings, lists and maps is in their reach, and how much they make is bounded.
 */
public final class ChatTemplate {
    private static final int MAXIMUM_OUTPUT = 8 << 20;
    private static final int MAXIMUM_DEPTH = 64;
    private static final int MAXIMUM_ITEMS = 10_000;
    private static final Pattern REFUSAL = Pattern.compile("template refuses: (.*)", Pattern.DOTALL);
    private static final Jinjava ENGINE = engine();

    private final String template;
    private final String bos;
    private final String eos;

    /**
     * A template.
     *
     * @param bos the text of the token that begins a text; empty for none
     * @param eos the text of the token that ends a text; empty for none
     */
    public ChatTemplate(String template, String bos, String eos) {
        this.template = TemplateSpace.cut(template);
        this.bos = bos;
        this.eos = eos;
    }

    private static Jinjava engine() {
        Jinjava engine = new Jinjava(JinjavaConfig.newBuilder()
                .withMaxOutputSize(MAXIMUM_OUTPUT)
                .withMaxRenderDepth(MAXIMUM_DEPTH)
                .withMaxStringLength(MAXIMUM_OUTPUT)
                .withMaxListSize(MAXIMUM_ITEMS)
                .withMaxMapSize(MAXIMUM_ITEMS)
                .withRangeLimit(MAXIMUM_ITEMS)
                .withLegacyOverrides(LegacyOverrides.newBuilder()
                        .withIterateOverMapKeys(true)
                        .withUsePyishObjectMapper(true)
                        .withParseWhitespaceControlStrictly(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withAllowAdjacentTextNodes(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .build())
                .build());
        engine.getGlobalContext()
                .registerFunction(
                        new ELFunctionDefinition("", "raise_exception", Refusal.class, "refuse", String.class));
        engine.getGlobalContext()
                .registerFunction(new ELFunctionDefinition("", "strftime_now", Refusal.class, "today", String.class));
        return engine;
    }

    /** The functions that transformers gives to templates. */
    public static final class Refusal {
        private Refusal() {}

        /** Ends the template with a message. */
        public static String refuse(String message) {
            throw new IllegalArgumentException("template refuses: " + message);
        }

        /** Today's date by the fields %d, %b, %B, %m, %Y and %y. */
        public static String today(String format) {
            LocalDate today = LocalDate.now(ZoneId.systemDefault());
            String java = format.replace("'", "''")
                    .replace("%d", "dd")
                    .replace("%b", "MMM")
                    .replace("%B", "MMMM")
                    .replace("%m", "MM")
                    .replace("%Y", "yyyy")
                    .replace("%y", "yy");
            return DateTimeFormatter.ofPattern(java, Locale.ENGLISH).format(today);
        }
    }

    /**
     * The text of a conversation.
     *
     * @param answer whether it ends where the assistant is to go on
     * @throws HostException in one line when the template refuses the conversation or is broken
     */
    public String render(List<ChatMessage> messages, boolean answer) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (ChatMessage message : messages) {
            list.add(new HashMap<>(Map.of("role", message.role(), "content", message.content())));
        }
        Map<String, Object> context = new HashMap<>();
        context.put("messages", list);
        context.put("add_generation_prompt", answer);
        context.put("bos_token", bos);
        context.put("eos_token", eos);
        context.put("strftime_now", true); // templates ask whether it is defined, as if it were a value
        RenderResult result = ENGINE.renderForResult(template, context);
        if (!result.getErrors().isEmpty()) {
            throw new HostException("the chat template does not take these messages: "
                    + reason(result.getErrors().getFirst()));
        }
        return result.getOutput();
    }

    private static String reason(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            Matcher refusal = REFUSAL.matcher(String.valueOf(cause.getMessage()));
            if (refusal.find()) {
                return OneLine.of(refusal.group(1));
            }
        }
        return OneLine.of(error.getMessage()) + " (line " + error.getLineno() + ")";
    }
}
