package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import dev.hwc.cli.SharedData;
import dev.hwc.compiler.image.HwxImage;
import dev.hwc.ir.IrException;
import dev.hwc.ir.hw.HardwareSpecs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests of tokenize, inspect, perplexity, compile and presets. */
class ModelCommandsTest {
    @TempDir
    Path folder;

    @Test
    void tokenizeBeginsWithBosUnlessToldOtherwise() throws IOException {
        JsonNode with = Run.json("tokenize", "demo", "Once upon a time").get("tokens");
        JsonNode without =
                Run.json("tokenize", "demo", "Once upon a time", "--no-bos").get("tokens");
        assertEquals(with.size(), without.size() + 1);
        assertEquals(with.get(1), without.get(0));
        Path text = Files.writeString(folder.resolve("text.txt"), "Once upon a time");
        assertEquals(with, Run.json("tokenize", "demo", "-f", text.toString()).get("tokens"));
        String line = Run.good("tokenize", "demo", "Once upon a time").out();
        assertEquals(with.toString().replaceAll("[\\[\\]]", "").replace(",", " "), line.strip());
    }

    @Test
    void tokenizeReadsFilesThatHoldOnlyAVocabulary() throws IOException {
        JsonNode golden = Run.parse(Files.readString(SharedData.file("goldens/llamacpp-stories260K-f32.json")));
        JsonNode recorded = golden.get("runs").get(0);
        String model =
                SharedData.file("models/stories260K/stories260K-f32.gguf").toString();
        assertEquals(
                recorded.get("prompt_ids"),
                Run.json("tokenize", model, recorded.get("prompt").asString()).get("tokens"));
    }

    @Test
    void tokenizeRefusesWhatIsNotUtf8() throws IOException {
        Path file = Files.write(folder.resolve("latin1.txt"), new byte[] {'a', (byte) 0xE9, 'b'});
        assertTrue(Run.fails(2, "tokenize", "demo", "-f", file.toString()).contains("is not UTF-8"));
        assertTrue(Run.fails(2, "tokenize", "demo", "-f", folder.resolve("no").toString())
                .contains("does not exist"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "demo@q4_0", "shape:qwen2-0.5b@q4_0"})
    void inspectListsTensorsWithTheirBytes(String model) {
        JsonNode result = Run.json("inspect", model);
        long bytes = 0;
        for (JsonNode tensor : result.get("tensors")) {
            bytes += tensor.get("bytes").asLong();
            assertFalse(tensor.get("shape").isEmpty());
        }
        assertEquals(bytes, result.get("bytes").asLong());
        assertTrue(result.get("parameters").asLong() > 0);
        assertTrue(result.get("supported").asBoolean());
        assertTrue(Run.good("inspect", model).out().contains("token_embd.weight"));
    }

    @Test
    void inspectShowsFilesThatCannotRunAndSaysWhy() {
        String model = SharedData.file("models/vocab/ggml-vocab-falcon.gguf").toString();
        JsonNode result = Run.json("inspect", model);
        assertEquals("falcon", result.get("architecture").asString());
        assertFalse(result.get("supported").asBoolean());
        assertTrue(result.get("problems").get(0).asString().contains("falcon"));
    }

    @ParameterizedTest
    @CsvSource({"Q8_0, 0.002", "Q4_0, 0.002"})
    void perplexityInLlamaCppArithmeticIsTheRecordedOne(String type, double tolerance) throws IOException {
        JsonNode golden =
                Run.parse(Files.readString(SharedData.file("goldens/llamacpp-stories260K-ffn192-" + type + ".json")));
        String model = SharedData.file("models/stories260K/stories260K-ffn192-" + type + ".gguf")
                .toString();
        String text = SharedData.file("goldens/ppl_text.txt").toString();
        JsonNode result = Run.json("perplexity", model, "-f", text, "--arithmetic", "llamacpp");
        JsonNode recorded = golden.get("ppl");
        assertEquals(recorded.get("mean_nll").asDouble(), result.get("nll").asDouble(), tolerance);
        assertEquals(recorded.get("tokens").asInt(), result.get("tokens").asInt());
        assertEquals(recorded.get("scored").asInt(), result.get("scored").asInt());
        assertEquals(Math.exp(result.get("nll").asDouble()), result.get("ppl").asDouble(), 1e-9);
    }

    @Test
    void perplexityOnTheSimulatorIsThatOfTheReference() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "Tom had a red ball. He was happy.");
        JsonNode simulated = Run.json("perplexity", "demo", "-f", text.toString());
        JsonNode reference = Run.json("perplexity", "demo", "-f", text.toString(), "--arithmetic", "hardware");
        assertEquals(reference.get("nll"), simulated.get("nll"));
        Path empty = Files.writeString(folder.resolve("empty.txt"), "");
        assertTrue(Run.fails(2, "perplexity", "demo", "-f", empty.toString()).contains("no token after BOS"));
    }

    /** Of 22 layers, attn_v and ffn_down are i8, with the head; the rest is i4m. */
    @Test
    void compileReportsTheBitsThatWeightsTakeInEachFormat() {
        JsonNode formats = Run.json("compile", "shape:tinyllama-1.1b@q4_k_m", "--hw", "npu-32x32")
                .get("weightFormats");
        long i8 = 22 * (2048 * 256L + 2048 * 5632) + 32000 * 2048;
        long i4m = 22 * (2 * 2048 * 2048L + 2048 * 256 + 2 * 2048 * 5632);
        assertEquals(2, formats.size());
        assertFormat("i8", 8, 8.5, i8, formats.get(0));
        assertFormat("i4m", 4, 5.0, i4m, formats.get(1));
    }

    @Test
    void compileReportsTernaryWeightsWithOneScaleFor64() {
        JsonNode formats = Run.json("compile", "shape:bitnet-2b-4t@tq2_0", "--hw", "npu-32x32")
                .get("weightFormats");
        long layers = 30 * (2 * 2560 * 2560L + 2 * 640 * 2560 + 3 * 2560 * 6912);
        assertEquals(2, formats.size());
        assertFormat("i8", 8, 8.5, 128256 * 2560L, formats.get(0));
        assertFormat("ternary", 2, 2.25, layers, formats.get(1));
    }

    private static void assertFormat(String name, int codeBits, double bits, long weights, JsonNode found) {
        assertEquals(name, found.get("format").asString());
        assertEquals(codeBits, found.get("codeBits").asInt());
        assertEquals(weights, found.get("weights").asLong());
        assertEquals(bits, found.get("bitsPerWeight").asDouble());
        assertEquals(Math.round(weights * bits / 8), found.get("bytes").asLong());
    }

    @Test
    void compileReportsSizesAndBounds() {
        JsonNode result = Run.json("compile", "demo", "--hw", "edge-16x16");
        int sum = 0;
        for (JsonNode count : result.get("engines")) {
            sum += count.asInt();
        }
        assertEquals(result.get("instructions").asInt(), sum);
        assertTrue(result.get("weightBytes").asLong() > 0);
        assertTrue(result.get("scratchpadPeakBytes").asLong() > 0);
        assertEquals("memory", result.get("bounds").get("decode").get("bound").asString());
        assertTrue(Run.good("compile", "demo", "--hw", "edge-16x16").out().contains("instructions"));
    }

    @ParameterizedTest
    @CsvSource({"tensor, rms_norm", "tile, kernel", "isa, matmul"})
    void compilePrintsEachLevel(String level, String word) {
        String text = Run.good("compile", "demo", "--hw", "edge-16x16", "--emit", level)
                .out();
        assertTrue(text.contains(word), text.substring(0, Math.min(500, text.length())));
    }

    @Test
    void presetsListsHardwareAndShapes() {
        String text = Run.good("presets").out();
        assertTrue(text.contains("npu-128x128+hbm2-pim"));
        assertTrue(text.contains("shape:stories15m"));
        assertEquals(9, Run.json("presets").get("presets").size());
    }

    @Test
    void compileWritesAnImageThatOnlyItsHardwareTakes(@TempDir Path images) {
        Path image = images.resolve("demo.hwx");
        Run.good("compile", "demo@q4_0", "--hw", "edge-8x8", "--context", "64", "-o", image.toString());
        try (HwxImage read = HwxImage.read(image, HardwareSpecs.preset("edge-8x8"))) {
            assertTrue(read.step(1, true).isPresent());
            assertTrue(read.weights().isPresent());
        }
        IrException other =
                assertThrows(IrException.class, () -> HwxImage.read(image, HardwareSpecs.preset("tiny-4x4")));
        assertEquals(1, String.valueOf(other.getMessage()).lines().count());
    }
}
