package dev.hwc.host.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.host.HostException;
import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.model.Architecture;
import dev.hwc.ir.format.model.ModelConfig;
import dev.hwc.ir.format.model.ModelFeatures;
import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.format.tokenizer.Tokenizer;
import dev.hwc.ir.format.tokenizer.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** tokenizer.json files made of vocabularies whose ids llama.cpp recorded, and damaged ones. */
class FolderTokenizerTest {
    private static final int VECTORS = 46;

    @TempDir
    private Path folder;

    @Test
    void byteLevelBpeGivesTheRecordedIdsAndTexts() throws IOException {
        try (GgufFile file = GgufFile.open(SharedData.model("vocab/ggml-vocab-gpt-2.gguf"))) {
            String[] tokens = file.metadata().texts("tokenizer.ggml.tokens");
            Files.writeString(
                    folder.resolve("tokenizer.json"),
                    gpt2(tokens, file.metadata().texts("tokenizer.ggml.merges")));
            Tokenizer tokenizer = FolderTokenizer.open(folder, config(tokens.length, 50256));
            Tokenizer own = Tokenizers.of(file);
            String[] inputs = Files.readString(SharedData.model("vocab/ggml-vocab-gpt-2.gguf.inp"))
                    .split("\n__ggml_vocab_test__\n", -1);
            List<String> outputs = Files.readAllLines(SharedData.model("vocab/ggml-vocab-gpt-2.gguf.out"));
            assertEquals(VECTORS, outputs.size());
            for (int i = 0; i < VECTORS; i++) {
                int[] ids = Arrays.stream(outputs.get(i).trim().split(" "))
                        .filter(id -> !id.isEmpty())
                        .mapToInt(Integer::parseInt)
                        .toArray();
                assertArrayEquals(ids, tokenizer.encode(inputs[i], false), inputs[i]);
                assertEquals(own.decode(ids), tokenizer.decode(ids));
            }
            int[] marked = {15496, 50256, 995};
            assertArrayEquals(marked, tokenizer.encodeMarked("Hello<|endoftext|> world"));
            assertEquals("Hello world", tokenizer.decode(marked));
            assertArrayEquals(new int[] {50256, 15496}, tokenizer.encode("Hello", true));
        }
    }

    private static String gpt2(String[] tokens, String[] merges) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("version", "1.0");
        ObjectNode end = root.putArray("added_tokens").addObject();
        end.put("id", 50256).put("content", "<|endoftext|>").put("special", true);
        end.put("single_word", false).put("lstrip", false).put("rstrip", false).put("normalized", false);
        root.putNull("normalizer");
        byteLevel(root.putObject("pre_tokenizer"));
        byteLevel(root.putObject("decoder"));
        ObjectNode post = root.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = post.putArray("single");
        single.addObject().putObject("SpecialToken").put("id", "<|endoftext|>").put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        post.putArray("pair").addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        ObjectNode special =
                post.putObject("special_tokens").putObject("<|endoftext|>").put("id", "<|endoftext|>");
        special.putArray("ids").add(50256);
        special.putArray("tokens").add("<|endoftext|>");
        ObjectNode model = root.putObject("model").put("type", "BPE");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.length; id++) {
            vocabulary.put(tokens[id], id);
        }
        ArrayNode list = model.putArray("merges");
        Arrays.stream(merges).forEach(list::add);
        return root.toString();
    }

    private static void byteLevel(ObjectNode node) {
        node.put("type", "ByteLevel").put("add_prefix_space", false);
        node.put("trim_offsets", true).put("use_regex", true);
    }

    /** Pieces of SentencePiece with bytes: spaces are U+2581, what is unknown is written byte by byte. */
    @Test
    void sentencePieceWithBytesStreamsCharacters() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"version": "1.0", "added_tokens": [
                  {"id": 1, "content": "<s>", "special": true, "single_word": false, "lstrip": false, "rstrip": false,
                   "normalized": false}],
                 "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
                   {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
                 "pre_tokenizer": null, "post_processor": null,
                 "decoder": {"type": "Sequence", "decoders": [
                   {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
                   {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
                 "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
                   "vocab": {"<unk>": 0, "<s>": 1, "<0xC3>": 2, "<0xA4>": 3, "▁": 4, "a": 5, "b": 6, "▁a": 7},
                   "merges": ["▁ a"]}}""");
        Tokenizer tokenizer = FolderTokenizer.open(folder, config(8, 1));
        assertArrayEquals(new int[] {7, 6, 2, 3, 4, 6}, tokenizer.encode("abä b", false));
        assertTrue(tokenizer.addsSpacePrefix());
        assertEquals("abä b", tokenizer.decode(new int[] {1, 7, 6, 2, 3, 4, 6}));
        assertThrows(HostException.class, () -> tokenizer.piece(8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 9}, \"merges\": []}}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": -1}, \"merges\": []}}",
                "{\"model\": {\"type\": \"Unheard\", \"vocab\": {\"a\": 1}}}",
                "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 1}, \"merges\": [\"b c\"]}}"
            })
    void damagedFilesEndInOneLine(String json) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json);
        HostException problem = assertThrows(HostException.class, () -> FolderTokenizer.open(folder, config(8, 1)));
        assertEquals(1, String.valueOf(problem.getMessage()).lines().count(), problem.getMessage());
    }

    @Test
    void aMissingFileSaysWhatToDo() {
        HostException problem = assertThrows(HostException.class, () -> FolderTokenizer.open(folder, config(8, 1)));
        assertTrue(String.valueOf(problem.getMessage()).contains("give token ids"), problem.getMessage());
    }

    private static ModelConfig config(int vocabulary, int bos) {
        return new ModelConfig(
                Architecture.LLAMA,
                "",
                vocabulary,
                16,
                8,
                1,
                8,
                1,
                1,
                8,
                8,
                8,
                10_000,
                1e-5f,
                RopeStyle.HALF_SPLIT,
                false,
                true,
                bos,
                -1,
                ModelFeatures.NONE);
    }
}
