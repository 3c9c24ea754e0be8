package dev.hwc.ir.format.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokenizers against ids recorded from llama.cpp: ten vocabularies, 46 texts each. */
class TokenizerGoldenTest {
    private static final int VECTORS = 46;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ggml-vocab-llama-spm.gguf",
                "ggml-vocab-phi-3.gguf",
                "ggml-vocab-gpt-2.gguf",
                "ggml-vocab-mpt.gguf",
                "ggml-vocab-starcoder.gguf",
                "ggml-vocab-refact.gguf",
                "ggml-vocab-falcon.gguf",
                "ggml-vocab-deepseek-coder.gguf",
                "ggml-vocab-deepseek-llm.gguf",
                "ggml-vocab-bert-bge.gguf"
            })
    void encodesEveryVectorAsRecorded(String vocabulary) throws IOException {
        String[] inputs = Files.readString(SharedData.model("vocab/" + vocabulary + ".inp"))
                .split("\n__ggml_vocab_test__\n", -1);
        List<String> outputs = Files.readAllLines(SharedData.model("vocab/" + vocabulary + ".out"));
        try (GgufFile file = GgufFile.open(SharedData.model("vocab/" + vocabulary))) {
            Tokenizer tokenizer = Tokenizers.of(file);
            assertEquals(VECTORS, outputs.size());
            for (int i = 0; i < VECTORS; i++) {
                assertArrayEquals(ids(outputs.get(i)), tokenizer.encode(inputs[i], false), inputs[i]);
            }
        }
    }

    private static int[] ids(String line) {
        return Arrays.stream(line.trim().split(" "))
                .filter(id -> !id.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llamacpp-stories260K-f32.json", "llamacpp-stories260K-ffn192-Q8_0.json"})
    void encodesPromptsAndDecodesContinuationsAsRecorded(String golden) throws IOException {
        JsonNode recorded = JsonMapper.builder().build().readTree(Files.readString(SharedData.golden(golden)));
        String model = "stories260K/" + recorded.get("model").asString();
        try (GgufFile file = GgufFile.open(SharedData.model(model))) {
            Tokenizer tokenizer = Tokenizers.of(file);
            assertFalse(recorded.get("runs").isEmpty());
            for (JsonNode run : recorded.get("runs")) {
                int[] prompt = tokenizer.encode(run.get("prompt").asString(), true);
                assertArrayEquals(ids(run.get("prompt_ids")), prompt);
                assertEquals(run.get("prompt").asString(), tokenizer.decode(prompt));
                String text = tokenizer.decode(ids(run.get("ids"))).replace('\uFFFD', '?');
                assertEquals(run.get("text").asString(), text);
            }
        }
    }

    private static int[] ids(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::asInt).toArray();
    }

    @Test
    void piecesOfTheLlamaVocabularyAreSpacesAndBytes() {
        try (GgufFile file = GgufFile.open(SharedData.model("vocab/ggml-vocab-llama-spm.gguf"))) {
            Tokenizer tokenizer = Tokenizers.of(file);
            assertEquals(32_000, tokenizer.vocabularySize());
            assertArrayEquals(new byte[0], tokenizer.piece(tokenizer.bos()));
            assertArrayEquals(new byte[] {(byte) 0xFF}, tokenizer.piece(258));
            assertArrayEquals(new byte[] {' '}, tokenizer.piece(29871));
        }
    }
}
