package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class GemmTest {
    @ParameterizedTest
    @CsvSource({"i8, 7, 33, 65", "i4, 1, 50, 129", "ternary, 5, 9, 31"})
    void everyResultIsRight(String type, String m, String n, String k) {
        JsonNode result = Run.json("gemm", "--m", m, "--n", n, "--k", k, "--type", type, "--hw", "edge-8x8");
        assertEquals(0, result.get("mismatches").asLong());
        long cycles = result.get("cycles").asLong();
        assertEquals(
                cycles,
                result.get("computeCycles").asLong() + result.get("stallCycles").asLong());
        double macs = Double.parseDouble(m) * Double.parseDouble(n) * Double.parseDouble(k);
        assertEquals(macs / (64.0 * cycles), result.get("macUtilization").asDouble(), 1e-12);
    }

    @Test
    void idealMemoryIsNotSlower() {
        String[] product = {"gemm", "--m", "16", "--n", "64", "--k", "64", "--hw", "tiny-4x4"};
        long fixed = Run.json(product).get("cycles").asLong();
        long ideal = Run.json("gemm", "--m", "16", "--n", "64", "--k", "64", "--hw", "tiny-4x4", "--memory", "ideal")
                .get("cycles")
                .asLong();
        assertTrue(ideal <= fixed, ideal + " > " + fixed);
    }

    @Test
    void refusesSizesAndTypesThatDoNotExist() {
        assertTrue(Run.fails(2, "gemm", "--m", "0", "--n", "1", "--k", "1", "--hw", "tiny-4x4")
                .contains("m=0"));
        assertTrue(Run.fails(2, "gemm", "--m", "1", "--n", "1", "--k", "1", "--hw", "tiny-4x4", "--type", "i5")
                .contains("did you mean 'i4'"));
    }
}
