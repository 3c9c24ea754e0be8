package dev.hwc.host.text;

import dev.hwc.host.HostException;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.gguf.GgufMetadata;
import dev.hwc.ir.format.gguf.OneLine;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.ModelConfig;
import dev.hwc.ir.format.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokenizer and the chat template that come with a model, from its GGUF file or its folder. */
public final class ModelText {
    private static final String TEMPLATE = "tokenizer.chat_template";
    private static final String TEMPLATE_FILE = "chat_template.jinja";
    private static final String CONFIG = "tokenizer_config.json";
    private static final long MAXIMUM_BYTES = 64L << 20;

    private ModelText() {}

    /**
     * The tokenizer.
     *
     * @throws RuntimeException of the module that reads it, in one line, when there is none
     */
    public static Tokenizer tokenizer(Model model) {
        return model.folder()
                .<Tokenizer>map(folder -> FolderTokenizer.open(folder, model.config()))
                .orElseGet(model::tokenizer);
    }

    /**
     * The chat template.
     *
     * @throws HostException when the model has none
     */
    public static ChatTemplate template(Model model) {
        return model.folder().map(ModelText::ofFolder).orElseGet(() -> ofFile(model));
    }

    /** The token that ends an answer: that of a turn where a file names one, else EOS; −1 for none. */
    public static int endOfAnswer(Model model) {
        ModelConfig config = model.config();
        return model.file()
                .map(file -> file.metadata()
                        .integer("tokenizer.ggml.eot_token_id", 0, config.vocabularySize() - 1, config.eosId()))
                .orElse(config.eosId());
    }

    private static ChatTemplate ofFile(Model model) {
        GgufMetadata metadata = model.file().map(GgufFile::metadata).orElseThrow(() -> missing(model.source()));
        String template = metadata.text(TEMPLATE, "");
        if (template.isEmpty()) {
            throw missing(model.source());
        }
        String[] tokens = metadata.texts("tokenizer.ggml.tokens");
        return new ChatTemplate(
                template,
                text(tokens, model.config().bosId()),
                text(tokens, model.config().eosId()));
    }

    private static String text(String[] tokens, int id) {
        return id >= 0 && id < tokens.length ? tokens[id] : "";
    }

    private static HostException missing(String source) {
        return new HostException(source + " has no chat template; write the prompt as the model needs it with -p");
    }

    private static ChatTemplate ofFolder(Path folder) {
        JsonNode config = Files.exists(folder.resolve(CONFIG))
                ? json(folder.resolve(CONFIG))
                : JsonMapper.shared().createObjectNode();
        String template = Files.exists(folder.resolve(TEMPLATE_FILE))
                ? new String(read(folder.resolve(TEMPLATE_FILE)), StandardCharsets.UTF_8)
                : template(config.path("chat_template"));
        if (template.isEmpty()) {
            throw missing(String.valueOf(folder.getFileName()));
        }
        return new ChatTemplate(template, token(config.path("bos_token")), token(config.path("eos_token")));
    }

    /** A text, or a list of named ones of which one is the default. */
    private static String template(JsonNode node) {
        for (JsonNode named : node) {
            if (named.path("name").asString("").equals("default")) {
                return named.path("template").asString("");
            }
        }
        return node.asString("");
    }

    private static String token(JsonNode node) {
        return node.isObject() ? node.path("content").asString("") : node.asString("");
    }

    private static JsonNode json(Path file) {
        try {
            return JsonMapper.shared().readTree(read(file));
        } catch (JacksonException e) {
            throw new HostException(file + " is no JSON: " + OneLine.of(e.getOriginalMessage()));
        }
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new HostException(file + " has more than " + MAXIMUM_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new HostException(file + " cannot be read (" + OneLine.of(String.valueOf(e.getMessage())) + ")");
        }
    }
}
