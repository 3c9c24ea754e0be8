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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                        + " gemma2, openelm, minicpm, bitnet, gpt2, opt",
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
                    ModelFeatures.NONE
                            .with()
                            .embeddingScale(8)
                            .softCaps(50, 30)
                            .slidingWindow(64)
                            .build(),
                    model.config().features());
        }
    }

    /**
     * Parameter counts as published, for those models that say them to the digit on their page; Llama 3.1
     * has 64 factors of the rotation besides.
     */
    @ParameterizedTest
    @CsvSource({
        "qwen2-0.5b, 494032768",
        "phi-3-mini, 3821079552",
        "gemma2-9b, 9241705984",
        "gemma-2b, 2506172416",
        "openelm-1.1b, 1079891456",
        "llama-3-8b, 8030261248",
        "llama-3.1-8b, 8030261312",
        "minicpm-2b, 2724880896",
        "tinyllama-1.1b, 1100048384",
        "mobilellama-1.4b, 1364297728",
        "llama-2-7b, 6738415616",
        "stories15m, 15191712"
    })
    void shapesHaveThePublishedNumberOfParameters(String name, long parameters) {
        try (Model model = Model.open("shape:" + name)) {
            assertEquals(parameters, model.parameters());
            assertFalse(model.hasData());
        }
    }

    /** Billions of parameters in the names and papers of the models. */
    @ParameterizedTest
    @CsvSource({"opt-175b, 174.6", "bitnet-2b-4t, 2.41", "bitnet-3b, 3.32"})
    void shapesHaveAboutThePublishedNumberOfParameters(String name, double billions) {
        try (Model model = Model.open("shape:" + name)) {
            assertEquals(billions, model.parameters() * 1e-9, 0.005 * billions);
        }
    }

    /** Sizes of the files that are offered for download, in GiB. */
    @ParameterizedTest
    @CsvSource({"f16, 14.96, 0.002", "q8_0, 7.95, 0.002", "q6_k, 6.14, 0.002", "q4_k_m, 4.58, 0.01"})
    void llama31HasTheSizesOfItsFiles(String type, double gibibytes, double tolerance) {
        try (Model model = Model.open("shape:llama-3.1-8b@" + type)) {
            assertEquals(gibibytes, model.bytes() / (double) (1 << 30), tolerance * gibibytes);
            assertEquals(1, model.weight("rope_freqs.weight").rows());
        }
    }

    /** Each file of the quantizer has the types that the mixture gives its configuration. */
    @ParameterizedTest
    @CsvSource({
        "stories260K/stories260K-pad256-Q2_K, q2_k",
        "stories260K/stories260K-pad256-Q3_K_M, q3_k_m",
        "stories260K/stories260K-pad256-Q4_K_M, q4_k_m",
        "stories260K/stories260K-pad256-Q5_K_M, q5_k_m",
        "stories260K/stories260K-pad256-Q6_K, q6_k",
        "stories260K/stories260K-pad256-TQ1_0, tq1_0",
        "stories260K/stories260K-pad256-TQ2_0, tq2_0",
        "random/rand-llama-Q2_K, q2_k",
        "random/rand-llama-Q3_K_M, q3_k_m",
        "random/rand-llama31-Q6_K, q6_k",
        "random/rand-qwen2-Q4_K_M, q4_k_m",
        "random/rand-phi3-Q4_K_M, q4_k_m",
        "random/rand-bitnet-TQ1_0, tq1_0",
        "random/rand-bitnet-TQ2_0, tq2_0"
    })
    void mixturesAreThoseOfLlamaCpp(String file, String mixture) {
        try (Model model = Model.ofGguf(SharedData.model(file + ".gguf"))) {
            for (WeightSpec spec : Weights.of(model.config(), Mixture.types(mixture, model.config()))) {
                assertSame(spec.type(), model.weight(spec.name()).type(), spec.name());
            }
        }
    }

    /** By hand from the rules: 896 is 3.5 blocks of 256, 4864 is 19; layer 2 has few bits in Q4_K_M. */
    @ParameterizedTest
    @CsvSource({
        "q4_k_m, token_embd.weight, q8_0",
        "q4_k_m, blk.2.attn_v.weight, q8_0",
        "q4_k_m, blk.3.attn_v.weight, q5_0",
        "q4_k_m, blk.3.ffn_down.weight, q4_k",
        "q4_k_m, blk.23.ffn_down.weight, q6_k",
        "q5_k_s, blk.3.ffn_up.weight, q5_1",
        "q3_k_l, blk.3.ffn_up.weight, iq4_nl",
        "q3_k_l, blk.3.ffn_down.weight, q5_k",
        "q3_k_s, blk.3.ffn_down.weight, q3_k",
        "q4_k_s, blk.2.ffn_down.weight, q5_k",
        "q4_k_s, blk.3.ffn_down.weight, q4_k",
        "tq2_0, blk.3.ffn_gate.weight, q4_0"
    })
    void rowsThatAreNoWholeBlocksFallBack(String mixture, String weight, String type) {
        try (Model model = Model.open("shape:qwen2-0.5b@" + mixture)) {
            assertSame(GgmlType.named(type), model.weight(weight).type());
        }
    }

    @Test
    void shapesComeFromConfigFiles(@TempDir Path folder) throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, """
                {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
                 "num_key_value_heads": 2, "intermediate_size": 128, "vocab_size": 100,
                 "max_position_embeddings": 256, "rms_norm_eps": 1e-5, "eos_token_id": [7, 8]}""");
        try (Model model = Model.open("shape:" + config + "@q4_0")) {
            assertEquals(2 * 100 * 64 + 2 * (64 * (64 + 2 * 32 + 64) + 3 * 64 * 128 + 2 * 64) + 64, model.parameters());
            assertEquals(7, model.config().eosId());
            assertSame(RopeStyle.INTERLEAVED, model.config().ropeStyle());
            assertSame(GgmlType.Q4_0, model.output().type());
        }
        Files.writeString(config, "{\"model_type\": \"llama\", \"hidden_size\": \"wide\"}");
        assertMessage(config + ": hidden_size is \"wide\"; needed is a whole number above 0", "shape:" + config);
        Files.writeString(config, "{");
        assertMessage(config + " is no JSON", "shape:" + config);
        assertMessage(folder.resolve("none.json") + " cannot be read", "shape:" + folder.resolve("none.json"));
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
