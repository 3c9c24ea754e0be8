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
import dev.hwc.ir.format.gguf.GgufTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                    2,
                    ModelFeatures.NONE);
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

    @Test
    void otherArchitecturesAreRefusedByName() {
        Path path = SharedData.model("vocab/ggml-vocab-falcon.gguf");
        IrException problem = assertThrows(IrException.class, () -> Model.ofGguf(path));
        assertEquals(
                "ggml-vocab-falcon.gguf: architecture 'falcon' is not supported; supported are llama, qwen2, phi3, gemma,"
                        + " gemma2, openelm, minicpm, bitnet, gpt2",
                problem.getMessage());
    }

    @Test
    void fusedTensorsAreReadAsTheirParts() {
        try (Model model = Model.ofGguf(SharedData.model("random/rand-phi3-f32.gguf"))) {
            GgufTensor fused =
                    model.file().orElseThrow().tensor("blk.1.attn_qkv.weight").orElseThrow();
            assertEquals("[128,256]", model.weight("blk.1.attn_v.weight").spec().shape());
            assertArrayEquals(fused.row(3), model.weight("blk.1.attn_q.weight").row(3));
            assertArrayEquals(
                    fused.row(256 + 5), model.weight("blk.1.attn_k.weight").row(5));
            assertArrayEquals(
                    fused.row(511), model.weight("blk.1.attn_v.weight").row(127));
            GgufTensor gateUp =
                    model.file().orElseThrow().tensor("blk.0.ffn_up.weight").orElseThrow();
            assertArrayEquals(
                    gateUp.row(511), model.weight("blk.0.ffn_gate.weight").row(511));
            assertArrayEquals(
                    gateUp.row(512), model.weight("blk.0.ffn_up.weight").row(0));
        }
        try (Model model = Model.ofGguf(SharedData.model("random/rand-gpt2-f32.gguf"))) {
            float[] bias = model.file()
                    .orElseThrow()
                    .tensor("blk.0.attn_qkv.bias")
                    .orElseThrow()
                    .row(0);
            assertArrayEquals(
                    Arrays.copyOfRange(bias, 256, 384),
                    model.weight("blk.0.attn_k.bias").row(0));
        }
    }

    @Test
    void layersOfOpenElmHaveTheirOwnSizes() {
        try (Model model = Model.ofGguf(SharedData.model("random/rand-openelm-f32.gguf"))) {
            assertEquals(new LayerShape(4, 2, 512), model.config().layer(0));
            assertEquals(new LayerShape(6, 3, 768), model.config().layer(1));
            assertEquals(64, model.config().keyLength());
        }
    }

    @Test
    void featuresOfGemma2AreRead() {
        try (Model model = Model.ofGguf(SharedData.model("random/rand-gemma2-f32.gguf"))) {
            assertEquals(
                    new ModelFeatures(8, 1, 1, 50, 30, 64, 1, List.of()),
                    model.config().features());
        }
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
