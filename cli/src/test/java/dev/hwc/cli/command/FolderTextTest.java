package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import dev.hwc.cli.SharedData;
import dev.hwc.ir.format.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Text in and out of a folder: the recorded model with a tokenizer.json made of its vocabulary. */
class FolderTextTest {
    private static final String SOURCE = "models/stories260K/stories260K-f32.gguf";

    @TempDir
    private Path folder;

    /** A merge of two pieces with its result's place in the vocabulary. */
    private record Merge(String left, String right, int result) {}

    @BeforeEach
    void makeFolder() throws IOException {
        for (String name : new String[] {"config.json", "model.safetensors"}) {
            Files.copy(SharedData.file("models/stories260K-hf-f32/" + name), folder.resolve(name));
        }
        try (GgufFile file = GgufFile.open(SharedData.file(SOURCE))) {
            Files.writeString(
                    folder.resolve("tokenizer.json"), tokenizer(file.metadata().texts("tokenizer.ggml.tokens")));
        }
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"bos_token": "<s>", "eos_token": {"content": "</s>"},
                 "chat_template": "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }} {% endfor %}"}""");
    }

    private static String tokenizer(String[] tokens) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("version", "1.0");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < 3; id++) {
            ObjectNode token = added.addObject().put("id", id).put("content", tokens[id]).put("special", true);
            token.put("single_word", false).put("lstrip", false).put("rstrip", false).put("normalized", false);
        }
        ArrayNode normalizers =
                root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        normalizers.addObject().put("type", "Prepend").put("prepend", "▁");
        replace(normalizers.addObject(), " ", "▁");
        root.putNull("pre_tokenizer");
        ObjectNode post = root.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = post.putArray("single");
        single.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        post.putArray("pair").addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        ObjectNode special = post.putObject("special_tokens").putObject("<s>").put("id", "<s>");
        special.putArray("ids").add(1);
        special.putArray("tokens").add("<s>");
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        replace(decoders.addObject(), "▁", " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        ObjectNode model = root.putObject("model").put("type", "BPE").put("byte_fallback", true);
        model.put("unk_token", "<unk>").put("fuse_unk", true);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.length; id++) {
            vocabulary.put(tokens[id], id);
        }
        ArrayNode merges = model.putArray("merges");
        merges(tokens).forEach(merge -> merges.add(merge.left() + " " + merge.right()));
        return root.toString();
    }

    private static void replace(ObjectNode node, String from, String to) {
        node.put("type", "Replace").put("content", to).putObject("pattern").put("String", from);
    }

    /** Pieces stand in the order of their scores, so the earlier result is merged first. */
    private static List<Merge> merges(String[] tokens) {
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < tokens.length; id++) {
            ids.put(tokens[id], id);
        }
        List<Merge> merges = new ArrayList<>();
        for (int id = 259; id < tokens.length; id++) {
            for (int cut = 1; cut < tokens[id].length(); cut++) {
                String left = tokens[id].substring(0, cut);
                String right = tokens[id].substring(cut);
                if (ids.containsKey(left) && ids.containsKey(right)) {
                    merges.add(new Merge(left, right, id));
                }
            }
        }
        merges.sort(Comparator.comparingInt(Merge::result));
        return merges;
    }

    @Test
    void aFolderGeneratesTheRecordedTokensFromText() throws IOException {
        JsonNode golden = Run.parse(Files.readString(SharedData.file("goldens/llamacpp-stories260K-f32.json")));
        for (JsonNode run : golden.get("runs")) {
            JsonNode result = Run.json(
                    "generate",
                    folder.toString(),
                    "-p",
                    run.get("prompt").asString(),
                    "-n",
                    "20",
                    "--ignore-eos",
                    "--arithmetic",
                    "f32");
            assertEquals(run.get("prompt_ids"), result.get("promptTokens"));
            for (int i = 0; i < 20; i++) {
                assertEquals(run.get("ids").get(i), result.get("tokens").get(i));
            }
            String text = result.get("text").asString();
            assertTrue(run.get("text").asString().startsWith(text), text);
        }
    }

    @Test
    void chatWritesMessagesThroughTheTemplate() {
        JsonNode result = Run.json(
                "generate",
                folder.toString(),
                "-p",
                "Tim",
                "--chat",
                "--system",
                "Be",
                "-n",
                "2",
                "--arithmetic",
                "f32");
        JsonNode expected = Run.json("tokenize", folder.toString(), "system: Be user: Tim ");
        assertEquals(expected.get("tokens"), result.get("promptTokens"));
        String error = Run.fails(2, "generate", "demo", "--chat", "-p", "x");
        assertTrue(error.contains("has no chat template"), error);
        assertTrue(Run.fails(2, "generate", "demo", "--system", "x", "-p", "x").contains("--system needs --chat"));
        assertTrue(Run.fails(2, "generate", "demo", "--chat", "--tokens", "1").contains("--chat needs a text"));
    }

    @Test
    void inspectShowsWhatAFolderStores() throws IOException {
        JsonNode result = Run.json("inspect", folder.toString());
        assertEquals("llama", result.get("architecture").asString());
        assertEquals(260_032, result.get("parameters").asLong());
        assertTrue(result.get("supported").asBoolean());
        assertEquals("f32", result.get("tensors").get(0).get("type").asString());
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"falcon\"}");
        JsonNode other = Run.json("inspect", folder.toString());
        assertTrue(other.get("problems").get(0).asString().contains("'falcon' is not supported"));
        Path packed = SharedData.file("models/stories260K-pad256-gptq-g64");
        assertTrue(Run.json("inspect", packed.toString()).get("supported").asBoolean());
    }
}
