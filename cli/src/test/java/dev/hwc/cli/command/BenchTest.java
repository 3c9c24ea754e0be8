package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BenchTest {
    @TempDir
    Path folder;

    @Test
    void namesAndCountsTestsAsLlamaBenchDoes() {
        JsonNode rows = Run.json(
                        "bench", "shape:stories15m@q4_0", "--hw", "edge-16x16", "-p", "8,16", "-n", "2", "--depth", "5")
                .get("rows");
        assertEquals(
                List.of("pp8@d5", "pp16@d5", "tg2@d5"),
                rows.valueStream().map(r -> r.get("test").asString()).toList());
        assertEquals(
                List.of(8, 16, 2),
                rows.valueStream().map(r -> r.get("tokens").asInt()).toList());
    }

    @Test
    void figuresFollowFromCyclesBytesAndTheHardware() {
        JsonNode row = Run.json("bench", "shape:stories15m@q8_0", "--hw", "edge-16x16", "-p", "0", "-n", "3")
                .get("rows")
                .get(0);
        double cycles = row.get("cycles").asDouble();
        assertEquals(3 * 200e6 / cycles, row.get("tokensPerSecond").asDouble(), 1e-6);
        assertEquals(
                row.get("dramBytes").asDouble() / (8 * cycles),
                row.get("bandwidthUtilization").asDouble(),
                1e-12);
        assertEquals("memory", row.get("bound").asString());
        assertEquals(
                100 * row.get("bandwidthUtilization").asDouble(),
                row.get("rooflinePercent").asDouble(),
                1e-9);
        assertTrue(row.get("rooflinePercent").asDouble() <= 100);
        assertTrue(row.get("energyMillijoulesPerToken").isNull());
    }

    /** One row of the array has a token; two bits a weight come faster than its columns take them. */
    @Test
    void decodeOfTernaryWeightsIsBoundByTheFeedOfTheArray() {
        JsonNode result = Run.json("bench", "shape:bitnet-2b-4t@tq2_0", "--hw", "npu-32x32", "-p", "0", "-n", "1");
        assertEquals("feed", result.get("rows").get(0).get("bound").asString());
        assertEquals(
                "feed", result.get("run").get("phases").get(0).get("boundBy").asString());
        assertTrue(result.get("rows").get(0).get("bandwidthUtilization").asDouble() < 0.8);
    }

    /** A decode step streams each matrix once, with its scales; the page has the same bytes. */
    @Test
    void bytesOfWeightsAreThoseOfTheFormatsAtNominalAndAtStoredBits() {
        JsonNode result = Run.json("bench", "shape:stories15m@q4_k_m", "--hw", "edge-16x16", "-p", "0", "-n", "3");
        JsonNode row = result.get("rows").get(0);
        long codes = row.get("weightCodeBytes").asLong();
        long scales = row.get("weightScaleBytes").asLong();
        long bytes = 0;
        long codeBytes = 0;
        for (JsonNode format : result.get("weightFormats")) {
            long stored = format.get("bytes").asLong();
            bytes += stored;
            codeBytes += switch (format.get("format").asString()) {
                case "i8" -> stored / 34 * 32;
                case "i4m" -> stored / 20 * 16;
                default -> stored / 18 * 16;
            };
        }
        assertEquals(3 * bytes, codes + scales);
        assertEquals(3 * codeBytes, codes);
        assertEquals(
                (row.get("dramBytes").asLong() - scales)
                        / (8 * row.get("cycles").asDouble()),
                row.get("nominalBandwidthUtilization").asDouble(),
                1e-12);
        JsonNode content = result.get("run").get("phases").get(0).get("memoryBytesByContent");
        assertEquals(codes, content.get("weights").asLong());
        assertEquals(scales, content.get("scales").asLong());
        assertTrue(content.get("keys and values").asLong() > 0);
        assertTrue(content.get("other").asLong() > 0);
    }

    @Test
    void takesAsLongAsGenerationWithData() {
        JsonNode generated = Run.json("generate", "demo", "--tokens", "1,1,1", "-n", "4", "--hw", "edge-8x8");
        JsonNode rows = Run.json("bench", "demo", "--hw", "edge-8x8", "-p", "3", "-n", "0")
                .get("rows");
        assertEquals(
                generated.get("prefillCycles").asLong(),
                rows.get(0).get("cycles").asLong());
        JsonNode decode = Run.json("bench", "demo", "--hw", "edge-8x8", "-p", "0", "-n", "3", "--depth", "3")
                .get("rows");
        long sum = generated
                .get("decodeCycles")
                .valueStream()
                .mapToLong(JsonNode::asLong)
                .sum();
        assertEquals(sum, decode.get(0).get("cycles").asLong());
    }

    @Test
    void printsMarkdownCsvAndJson() throws IOException {
        String[] test = {"bench", "shape:stories15m@q4_0", "--hw", "edge-16x16", "-p", "4", "-n", "1"};
        String markdown = Run.good(test).out();
        assertTrue(markdown.lines().skip(2).findFirst().orElse("").contains("pp4"), markdown);
        assertTrue(markdown.contains("not modelled yet"), markdown);
        List<String> csv = Run.good(with(test, "-o", "csv")).out().lines().toList();
        assertEquals(3, csv.size());
        assertEquals(csv.get(0).split(",").length, csv.get(1).split(",").length);
        assertEquals(
                2,
                Run.parse(Run.good(with(test, "-o", "json")).out()).get("rows").size());
        Path page = folder.resolve("bench.html");
        Run.good(with(test, "--report", page.toString()));
        assertFalse(Files.readString(page).contains("These numbers contradict each other"));
    }

    @Test
    void saysSoWhenTheContextIsLongerThanTheModels() {
        Run run =
                Run.good("bench", "shape:stories15m@q4_0", "--hw", "npu-32x32", "-p", "0", "-n", "1", "--depth", "300");
        assertTrue(run.err().contains("only their time is meaningful"), run.err());
    }

    private static String[] with(String[] args, String... more) {
        return Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray(String[]::new);
    }
}
