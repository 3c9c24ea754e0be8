package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import dev.hwc.cli.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class GenerateTest {
    private static final String PROMPT = "Once upon a time";

    @TempDir
    Path folder;

    @Test
    void simulatesTheDefaultHardwareAndStreamsTheText() throws IOException {
        Path json = folder.resolve("out.json");
        Run run = Run.good("generate", "demo", "-p", PROMPT, "-n", "6", "--json", json.toString());
        JsonNode result = Run.parse(Files.readString(json));
        assertEquals(result.get("text").asString() + System.lineSeparator(), run.out());
        assertEquals("edge-16x16", result.get("hardware").get("name").asString());
        assertEquals(6, result.get("tokens").size());
        assertEquals(5, result.get("decodeCycles").size());
        assertTrue(result.get("prefillCycles").asLong() > 0);
        assertEquals(200, result.get("clockMhz").asInt());
        assertTrue(result.get("energyMillijoulesPerToken").isNull());
        double speed = 5 * 200e6 / sum(result.get("decodeCycles"));
        assertEquals(speed, result.get("modelledTokensPerSecond").asDouble(), speed * 1e-9);
        assertTrue(run.err().contains("tokens/s modelled"), run.err());
        assertTrue(run.err().contains("sim edge-16x16"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "demo@q4_0"})
    void simulatorAndReferenceAgreeToTheBit(String model) {
        String[] common = {"generate", model, "-p", PROMPT, "-n", "5", "--logits", "20"};
        JsonNode simulated = Run.json(with(common, "--hw", "edge-8x8"));
        JsonNode reference = Run.json(with(common, "--backend", "reference", "--arithmetic", "hardware"));
        assertEquals(simulated.get("tokens"), reference.get("tokens"));
        assertEquals(simulated.get("steps"), reference.get("steps"));
        assertEquals(5, simulated.get("steps").size());
        JsonNode top = simulated.get("steps").get(0).get("top");
        assertEquals(20, top.size());
        assertEquals(simulated.get("tokens").get(0), top.get(0).get("id"));
        assertTrue(top.get(0).get("logit").asDouble() >= top.get(1).get("logit").asDouble());
    }

    @Test
    void tokensAreTakenAsTheyAreAndGenerationDoesNotStop() {
        JsonNode first = Run.json("generate", "demo", "-p", PROMPT, "-n", "3", "--arithmetic", "f32");
        String ids = first.get("promptTokens").toString().replaceAll("[\\[\\] ]", "");
        JsonNode again = Run.json("generate", "demo", "--tokens", ids, "-n", "3", "--arithmetic", "f32");
        assertEquals(first.get("promptTokens"), again.get("promptTokens"));
        assertEquals(first.get("tokens"), again.get("tokens"));
        assertTrue(again.get("prefillCycles").isNull());
        assertTrue(again.get("hardware").isNull());
    }

    @Test
    void samplingIsDeterministicPerSeed() {
        JsonNode first = sampled("1");
        assertEquals(first, sampled("1"));
        assertNotEquals(first, sampled("2"));
    }

    private static JsonNode sampled(String seed) {
        return Run.json(
                        "generate",
                        "demo",
                        "-p",
                        PROMPT,
                        "-n",
                        "12",
                        "--arithmetic",
                        "f32",
                        "--temp",
                        "1.5",
                        "--top-k",
                        "50",
                        "--top-p",
                        "0.95",
                        "--seed",
                        seed)
                .get("tokens");
    }

    @Test
    void samplingOptionsNeedATemperature() {
        assertTrue(Run.fails(2, "generate", "demo", "-p", "x", "--top-k", "5").contains("give --temp above 0"));
        assertTrue(Run.fails(2, "generate", "demo", "-p", "x", "--temp", "1", "--top-p", "2")
                .contains("top-p is 2.0"));
    }

    @Test
    void aPromptLongerThanTheContextIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("long.txt"), "Tom had a red ball. ".repeat(2000));
        String error = Run.fails(2, "generate", "demo", "-f", text.toString());
        assertTrue(error.contains("shorten the prompt"), error);
        assertTrue(Run.fails(2, "generate", "demo", "-p", "x", "-n", "100000").contains("lower -n"));
        assertTrue(Run.fails(2, "generate", "demo", "-p", "x", "-n", "0").contains("allowed are 1 and more"));
        assertTrue(Run.fails(2, "generate", "demo", "--tokens", "99999999", "-n", "1")
                .contains("vocabulary"));
        assertTrue(Run.fails(2, "generate", "shape:stories15m", "-p", "x").contains("shape without weights"));
    }

    @Test
    void writesAReportOfTheRun() throws IOException {
        Path page = folder.resolve("report.html");
        Run.good("generate", "demo", "-p", PROMPT, "-n", "3", "--report", page.toString());
        String html = Files.readString(page);
        assertTrue(html.contains("edge-16x16"));
        assertFalse(html.contains("These numbers contradict each other"), "the report's own consistency check");
        assertTrue(Run.fails(2, "generate", "demo", "-p", "x", "--arithmetic", "f32", "--report", page.toString())
                .contains("which only the simulator counts"));
    }

    @Test
    void aJsonResultBecomesAReport() throws IOException {
        Path json = folder.resolve("run.json");
        Path page = folder.resolve("run.html");
        Run.good("generate", "demo", "-p", PROMPT, "-n", "2", "--json", json.toString());
        Run.good("report", json.toString(), "-o", page.toString());
        assertTrue(Files.readString(page).contains("prefill"));
        Files.writeString(json, "{\"hwc\": 1}");
        assertTrue(
                Run.fails(2, "report", json.toString(), "-o", page.toString()).contains("run.json"));
    }

    @Test
    void leavesNothingButTheResultBehind() throws IOException {
        Run.good(
                "generate",
                "demo",
                "-p",
                "x",
                "-n",
                "1",
                "--json",
                folder.resolve("a.json").toString());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("a.json")), files.toList());
        }
    }

    @Test
    void everyResultNamesVersionHardwareAndTables() {
        JsonNode result = Run.json("generate", "demo", "-p", "x", "-n", "1");
        assertEquals(Set.of("name", "hash"), Set.copyOf(result.get("hardware").propertyNames()));
        assertTrue(result.get("hwc").asString().matches("\\d+\\.\\d+\\.\\d+"));
        assertEquals("timing", result.get("tables").get(0).get("kind").asString());
        assertTrue(result.get("modelledTokensPerSecond").isNull(), "one token needs no decode step");
    }

    @Test
    void followsTheRecordedGreedyPathOfLlama2c() throws IOException {
        JsonNode golden = Run.parse(Files.readString(SharedData.file("goldens/llama2c-stories260K-fp32.json")));
        JsonNode recorded = golden.get("runs").get(0);
        String model =
                SharedData.file("models/stories260K/stories260K-f32.gguf").toString();
        JsonNode result = Run.json(
                "generate",
                model,
                "-p",
                recorded.get("prompt").asString(),
                "-n",
                "128",
                "--ignore-eos",
                "--arithmetic",
                "f32");
        assertEquals(recorded.get("prompt_ids"), result.get("promptTokens"));
        assertEquals(recorded.get("ids"), result.get("tokens"));
    }

    @Test
    void aModelWithoutTokenizerGeneratesFromIds() throws IOException {
        String model = SharedData.file("models/random/rand-llama-f32.gguf").toString();
        JsonNode result = Run.json("generate", model, "--tokens", "1,2,3", "-n", "4", "--arithmetic", "f32");
        assertEquals(4, result.get("tokens").size());
    }

    private static double sum(JsonNode numbers) {
        double sum = 0;
        for (JsonNode number : numbers) {
            sum += number.asDouble();
        }
        return sum;
    }

    private static String[] with(String[] args, String... more) {
        return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
    }
}
