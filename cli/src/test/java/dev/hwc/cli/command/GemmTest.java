package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class GemmTest {
    private static final String GATED = """
        name: gated
        clockMhz: 100
        array: {rows: 4, columns: 4, accumulatorSlots: 4, elements: gated}
        vectorLanes: 4
        buffers:
          weightKib: 8
          activationKib: 8
          outputKib: 8
          vectorKib: 16
          loadKib: 16
          storeKib: 8
          instructions: 1024
        port: {beatBytes: 4, maxBurstBytes: 256, outstandingReads: 4, outstandingWrites: 4}
        memory: {kind: fixed, latencyCycles: 20, bytesPerCycle: 4}
        """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "tiny-4x4, 1, 8, 32, i8",
        "tiny-4x4, 5, 9, 65, i4",
        "tiny-4x4, 5, 9, 65, i4m",
        "npu-128x128, 3, 70, 300, i4m",
        "edge-8x8, 7, 20, 96, nl4",
        "edge-8x8, 17, 40, 96, i8",
        "edge-16x16, 64, 64, 256, i4",
        "npu-32x32, 33, 100, 129, i8"
    })
    void computesWhatTheReferenceComputes(String hardware, String m, String n, String k, String type) {
        JsonNode result = gemm(hardware, m, n, k, "--type", type);
        assertEquals(0, result.get("mismatches").asLong());
        assertEquals(
                result.get("cycles").asLong(),
                result.get("computeCycles").asLong() + result.get("stallCycles").asLong());
        assertTrue(result.get("macUtilization").asDouble() <= 1);
        long weights = Long.parseLong(n) * Long.parseLong(k) * (type.equals("i8") ? 8 : 4) / 8;
        assertTrue(result.get("dramReadBytes").asLong() >= weights);
        assertTrue(result.get("dramWriteBytes").asLong() >= 4 * Long.parseLong(m) * Long.parseLong(n));
        assertTrue(result.get("scratchpadReadBytes").asLong() > 0);
        assertTrue(result.get("scratchpadWriteBytes").asLong() > 0);
    }

    @Test
    void gatedElementsCountTheirWeightsAndOthersDoNot() throws IOException {
        Path file = Files.writeString(folder.resolve("gated.yaml"), GATED);
        Path other = Files.writeString(folder.resolve("plain.yaml"), GATED.replace(", elements: gated", ""));
        JsonNode gated = gemm(file.toString(), "5", "9", "65", "--type", "ternary");
        JsonNode plain = gemm(other.toString(), "5", "9", "65", "--type", "ternary");
        assertTrue(plain.get("zeroMacs").isNull() && plain.get("unitMacs").isNull(), plain.toString());
        assertEquals(plain.get("cycles"), gated.get("cycles"));
        assertEquals(0, gated.get("mismatches").asLong());
        long all = gated.get("arrayMacs").asLong();
        assertTrue(all >= 5 * 9 * 65, gated.toString());
        // codes are random over 0, 1, 2, −1
        double zeros = gated.get("zeroMacs").asDouble() / all;
        double units = gated.get("unitMacs").asDouble() / all;
        assertTrue(zeros > 0.2 && units > 0.3 && zeros + units < 0.95, zeros + " " + units);
        String text = Run.good("gemm", "--hw", file.toString(), "--m", "5", "--n", "9", "--k", "65")
                .out();
        assertTrue(text.contains("multiply-accumulates by weights of 0: "), text);
    }

    @Test
    void refusesUnknownElements() throws IOException {
        Path file = Files.writeString(folder.resolve("wrong.yaml"), GATED.replace("gated}", "ternary}"));
        String error = Run.fails(2, "gemm", "--hw", file.toString(), "--m", "5", "--n", "9", "--k", "65");
        assertTrue(error.contains("/array/elements") && error.contains("\"multiply\", \"gated\""), error);
    }

    @Test
    void idealMemoryIsNotSlower() {
        long fixed = gemm("edge-16x16", "64", "64", "256").get("cycles").asLong();
        long ideal = gemm("edge-16x16", "64", "64", "256", "--memory", "ideal")
                .get("cycles")
                .asLong();
        assertTrue(ideal < fixed, ideal + " < " + fixed);
    }

    @Test
    void dramTakesItsTimeAndChangesNoBit() {
        JsonNode slow = gemm("npu-32x32", "16", "64", "512", "--memory", "lpddr4-3200");
        JsonNode fast = gemm("npu-32x32", "16", "64", "512", "--memory", "hbm3-6.4");
        assertEquals(0, slow.get("mismatches").asLong());
        assertEquals(0, fast.get("mismatches").asLong());
        assertEquals("hbm3-6.4", fast.get("memory").asString());
        long cycles = slow.get("cycles").asLong();
        assertTrue(cycles > 1.5 * fast.get("cycles").asLong(), cycles + " " + fast.get("cycles"));
        double bytes = slow.get("dramReadBytes").asDouble()
                + slow.get("dramWriteBytes").asDouble();
        assertTrue(cycles > bytes / 6.4, "faster than its data bus: " + cycles);
    }

    @ParameterizedTest
    @CsvSource({
        "sizes are 0x8x32, --m 0 --n 8 --k 32",
        "sizes are 70000x8x32, --m 70000 --n 8 --k 32",
        "type 'i9' is unknown; did you mean, --m 4 --n 8 --k 32 --type i9",
        "memory 'ddr4-3201' is unknown; did you mean, --m 4 --n 8 --k 32 --memory ddr4-3201",
        "back end 'rtk' is unknown, --m 4 --n 8 --k 32 --backend rtk",
        "missing required option, --m 4 --n 8"
    })
    void refusesWhatItCannotDo(String expected, String options) {
        String error = Run.fails(2, ("gemm --hw edge-8x8 " + options).split(" "));
        for (String part : expected.split("; ", -1)) {
            assertTrue(error.contains(part), error);
        }
    }

    private static JsonNode gemm(String hardware, String m, String n, String k, String... more) {
        String[] common = {"gemm", "--hw", hardware, "--m", m, "--n", n, "--k", k};
        return Run.json(
                Stream.concat(Arrays.stream(common), Arrays.stream(more)).toArray(String[]::new));
    }
}
