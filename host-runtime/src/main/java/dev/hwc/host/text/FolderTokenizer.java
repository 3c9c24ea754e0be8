package dev.hwc.host.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.hwc.host.HostException;
import dev.hwc.ir.format.gguf.OneLine;
import dev.hwc.ir.format.model.ModelConfig;
import dev.hwc.ir.format.tokenizer.ByteLevel;
import dev.hwc.ir.format.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokenizer.json of a folder, read by Hugging Face's own library (DJL's binding, a native library for
 * Linux, macOS on ARM and Windows). Control tokens written in a text are taken as such, as transformers
 * does. What a token stands for is read from the file, because a stream needs bytes and the library gives
 * characters.
 */
public final class FolderTokenizer implements Tokenizer {
    private static final byte[] NOTHING = {};
    private static final long MAXIMUM_BYTES = 256L << 20;
    private static final int MAXIMUM_TOKENS = 1 << 24;

    private final HuggingFaceTokenizer library;
    private final @Nullable String[] texts;
    private final Set<Integer> control = new HashSet<>();
    private final Set<Integer> added = new HashSet<>();
    private final boolean byteLevel;
    private final boolean spacePrefix;
    private final ModelConfig config;

    private FolderTokenizer(Path file, ModelConfig config) {
        this.config = config;
        JsonNode json = json(file);
        this.byteLevel = json.path("decoder").toString().contains("\"ByteLevel\"");
        this.texts = texts(file, json);
        this.library = library(file);
        this.spacePrefix = !byteLevel && startsWithSpace();
    }

    /**
     * Reads tokenizer.json.
     *
     * @param config gives BOS, EOS and the size of the vocabulary
     * @throws HostException when the file is missing, or the library does not read it
     */
    public static FolderTokenizer open(Path folder, ModelConfig config) {
        return new FolderTokenizer(folder.resolve("tokenizer.json"), config);
    }

    private static JsonNode json(Path file) {
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new HostException(file + " has more than " + MAXIMUM_BYTES + " bytes");
            }
            return JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new HostException(file + " cannot be read; a folder needs it for text, give token ids instead");
        } catch (JacksonException e) {
            throw new HostException(file + " is no JSON: " + OneLine.of(e.getOriginalMessage()));
        }
    }

    private @Nullable String[] texts(Path file, JsonNode json) {
        @Nullable String[] byId = new String[config.vocabularySize()];
        JsonNode vocabulary = json.path("model").path("vocab");
        if (vocabulary.isObject()) {
            vocabulary.propertyStream().forEach(e -> put(file, byId, e.getValue(), e.getKey()));
        } else {
            for (int id = 0; id < Math.min(vocabulary.size(), MAXIMUM_TOKENS); id++) {
                put(file, byId, id, vocabulary.path(id).path(0).asString(""));
            }
        }
        for (JsonNode token : json.path("added_tokens")) {
            int id = put(file, byId, token.path("id"), token.path("content").asString(""));
            added.add(id);
            if (token.path("special").asBoolean(false)) {
                control.add(id);
            }
        }
        return byId;
    }

    private int put(Path file, @Nullable String[] byId, JsonNode id, String text) {
        if (!id.isIntegralNumber() || !id.canConvertToInt()) {
            throw new HostException(
                    file + ": token '" + OneLine.of(text) + "' has the id " + OneLine.of(id.toString()));
        }
        return put(file, byId, id.asInt(), text);
    }

    private int put(Path file, @Nullable String[] byId, int id, String text) {
        if (id < 0 || id >= byId.length) {
            throw new HostException(file + ": token '" + OneLine.of(text) + "' has the id " + id
                    + "; the model's vocabulary has " + byId.length + " tokens");
        }
        byId[id] = text;
        return id;
    }

    private static HuggingFaceTokenizer library(Path file) {
        System.setProperty("ai.djl.offline", "true");
        try {
            return HuggingFaceTokenizer.newInstance(file, Map.of("addSpecialTokens", "true", "truncation", "false"));
        } catch (IOException | RuntimeException e) {
            throw new HostException(
                    file + " cannot be read by the tokenizer library: " + OneLine.of(String.valueOf(e.getMessage())));
        } catch (UnsatisfiedLinkError e) {
            throw new HostException("the tokenizer library does not run on this machine ("
                    + OneLine.of(String.valueOf(e.getMessage())) + "); give token ids, or use a GGUF file");
        }
    }

    private boolean startsWithSpace() {
        int[] ids = encode("a", false);
        return ids.length > 0 && piece(ids[0]).length > 0 && piece(ids[0])[0] == ' ';
    }

    @Override
    public int[] encode(String text, boolean addBos) {
        return Arrays.stream(library.encode(text, addBos, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    @Override
    public int[] encodeMarked(String text) {
        return encode(text, false);
    }

    @Override
    public byte[] piece(int id) {
        if (id < 0 || id >= texts.length) {
            throw new HostException(
                    "token id " + id + " is outside the vocabulary; allowed are 0 to " + (texts.length - 1));
        }
        String text = texts[id];
        if (text == null || control.contains(id)) {
            return NOTHING;
        }
        if (added.contains(id)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (byteLevel) {
            return ByteLevel.read(text);
        }
        return text.matches("<0x[0-9A-Fa-f]{2}>")
                ? new byte[] {(byte) Integer.parseInt(text.substring(3, 5), 16)}
                : text.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean addsSpacePrefix() {
        return spacePrefix;
    }

    @Override
    public int bos() {
        return config.bosId();
    }

    @Override
    public int eos() {
        return config.eosId();
    }

    @Override
    public int vocabularySize() {
        return texts.length;
    }
}
