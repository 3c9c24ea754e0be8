package dev.hwc.ir.format.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.gguf.GgmlType;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {
    @Test
    void readsTheConfigurationOfALlama() {
        try (Model model = Model.ofGguf(SharedData.model("stories260K/stories260K-f32.gguf"))) {
            ModelConfig expected = new ModelConfig(
                    Architecture.LLAMA,
                    "stories260K",
                    512,
                    512,
                    64,
                    5,
                    172,
                    8,
                    4,
                    8,
                    8,
                    8,
                    10_000f,
                    1e-5f,
                    RopeStyle.INTERLEAVED,
                    false,
                    true,
                    1,
                    2);
            assertEquals(expected, model.config());
            assertEquals(260_032, model.parameters());
            assertEquals(47, model.weights().size());
            assertSame(model.weight(Weights.EMBEDDING), model.output());
            assertEquals(512, model.tokenizer().vocabularySize());
        }
    }

    @Test
    void readsTheConfigurationOfAQwen2() {
        try (Model model = Model.ofGguf(SharedData.model("random/rand-qwen2-Q8_0.gguf"))) {
            ModelConfig config = model.config();
            assertEquals(RopeStyle.HALF_SPLIT, config.ropeStyle());
            assertTrue(config.qkvBias());
            assertEquals(64, config.keyLength());
            assertEquals(1e6f, config.ropeBase());
            assertEquals(1, model.weight("blk.0.attn_q.bias").rows());
            assertEquals(128, model.weight("blk.1.attn_k.weight").rows());
            assertSame(GgmlType.Q8_0, model.weight("blk.1.attn_k.weight").type());
        }
    }

    @Test
    void headsMayBeNarrowerThanTheEmbedding() {
        try (Model model = Model.ofGguf(SharedData.model("stories260K/stories260K-pad256-Q4_0.gguf"))) {
            assertEquals(8, model.config().keyLength());
            WeightTensor output = model.weight("blk.0.attn_output.weight");
            assertEquals("[256,64]", output.spec().shape());
            assertEquals(64, output.row(0).length);
            assertSame(GgmlType.Q6_K, model.output().type());
        }
    }

    @Test
    void rowsAreTheRowsOfTheFile() {
        try (Model model = Model.ofGguf(SharedData.model("random/rand-llama-f32.gguf"))) {
            assertFalse(model.config().tiedEmbeddings());
            float[] expected = model.file()
                    .orElseThrow()
                    .tensor(Weights.OUTPUT)
                    .orElseThrow()
                    .row(7);
            assertArrayEquals(expected, model.output().row(7));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemma2", "phi3", "openelm", "minicpm", "bitnet", "gpt2"})
    void otherArchitecturesAreRefusedByName(String architecture) {
        String file = "rand-" + architecture + "-f32.gguf";
        Path path = SharedData.model("random/" + file);
        IrException problem = assertThrows(IrException.class, () -> Model.ofGguf(path));
        assertEquals(
                file + ": architecture '" + architecture + "' is not supported; supported are llama, qwen2",
                problem.getMessage());
    }

    @Test
    void weightsThatWouldBeIgnoredAreRefused() {
        Path path = SharedData.model("random/rand-llama31-f32.gguf");
        IrException problem = assertThrows(IrException.class, () -> Model.ofGguf(path));
        assertEquals(
                "rand-llama31-f32.gguf: weights do not fit the architecture: rope_freqs.weight is not supported for"
                        + " architecture llama",
                problem.getMessage());
    }

    /** Parameter counts as published: 0.494, 6.738 and 0.0152 billion. */
    @ParameterizedTest
    @CsvSource({"qwen2-0.5b,494032768", "llama-2-7b,6738415616", "stories15m,15191712"})
    void shapesHaveThePublishedNumberOfParameters(String name, long parameters) {
        try (Model model = Model.open("shape:" + name)) {
            assertEquals(parameters, model.parameters());
            assertFalse(model.hasData());
        }
    }

    @Test
    void shapesTakeTheirTypeAndCountBytes() {
        try (Model model = Model.ofShape("llama-2-7b@q4_0")) {
            assertEquals(
                    4096 * 11008 / 32 * 18,
                    model.weight("blk.31.ffn_up.weight").spec().bytes());
            assertEquals(4096 * 4, model.weight("output_norm.weight").spec().bytes());
            WeightTensor weight = model.output();
            assertSame(GgmlType.Q4_0, weight.type());
            IrException problem = assertThrows(IrException.class, () -> weight.row(0));
            assertTrue(String.valueOf(problem.getMessage()).contains("output.weight has no data"));
            assertThrows(IrException.class, model::tokenizer);
        }
        try (Model model = Model.ofShape("qwen2-0.5b")) {
            assertSame(GgmlType.Q8_0, model.output().type());
        }
    }

    @Test
    void wrongShapeNamesAndTypesSuggestTheRightOnes() {
        assertMessage("model shape 'qwen2-05b' is unknown; did you mean 'qwen2-0.5b'?", "shape:qwen2-05b");
        assertMessage("tensor type 'q9' is unknown", "shape:llama-2-7b@q9");
        assertMessage("weight token_embd.weight has rows of 288 values", "shape:stories15m@q4_k");
    }

    private static void assertMessage(String start, String model) {
        IrException problem = assertThrows(IrException.class, () -> Model.open(model));
        assertTrue(String.valueOf(problem.getMessage()).startsWith(start), problem.getMessage());
    }

    @Test
    void aMissingWeightSuggestsTheNearest() {
        try (Model model = Model.ofShape("stories15m")) {
            IrException problem = assertThrows(IrException.class, () -> model.weight("blk.0.attn_qq.weight"));
            assertTrue(String.valueOf(problem.getMessage()).endsWith("did you mean 'blk.0.attn_q.weight'?"));
        }
    }
}
