package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.DramPresets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

class DramTest {
    static final List<String> MEMORIES = MemoryNames.DRAM;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("MEMORIES")
    void saysWhatAChannelDoes(String memory) {
        JsonNode stream =
                Run.json("dram", "--memory", memory, "--pattern", "stream", "--write", "20", "--requests", "2000");
        for (String field : List.of(
                "cycles",
                "clockMhz",
                "gigabytesPerSecond",
                "peakPercent",
                "rowHitPercent",
                "readLatencyNs",
                "energyPicojoulesPerBit",
                "commands",
                "timingViolations")) {
            assertTrue(stream.get(field).isNumber(), field);
        }
        assertEquals(0, stream.get("timingViolations").asLong());
        assertTrue(stream.get("commands").asLong() > 2000);
        assertTrue(stream.get("peakPercent").asDouble() < 100);
        double parts = 0;
        for (String part : List.of("activate", "column", "io", "refresh", "background")) {
            parts += stream.get("energySplitPicojoulesPerBit").get(part).asDouble();
        }
        assertEquals(stream.get("energyPicojoulesPerBit").asDouble(), parts, 1e-6);
        JsonNode chase = Run.json("dram", "--memory", memory, "--pattern", "chase", "--requests", "500");
        assertTrue(chase.get("gigabytesPerSecond").asDouble()
                < 0.2 * stream.get("gigabytesPerSecond").asDouble());
    }

    @Test
    void aTraceCanBeCheckedAgain() throws IOException {
        Path trace = folder.resolve("hbm.trace");
        JsonNode run = Run.json(
                "dram",
                "--memory",
                "hbm2-2.0",
                "--pattern",
                "random",
                "--requests",
                "500",
                "--refresh",
                "per-bank",
                "--trace",
                trace.toString());
        JsonNode check = Run.json("dram", "--check", trace.toString());
        assertEquals(run.get("commands").asLong(), check.get("commands").asLong());
        assertEquals(0, check.get("timingViolations").asLong());
        String text = Files.readString(trace);
        String row = text.lines().filter(l -> l.contains(" ACT ")).findFirst().orElseThrow();
        Files.writeString(trace, text.replace(row + "\n", ""));
        Run broken = Run.of("dram", "--check", trace.toString());
        assertEquals(1, broken.code());
        assertTrue(broken.err().contains("BANK_CLOSED"), broken.err());
        Files.writeString(trace, text.substring(0, text.length() / 2));
        assertTrue(Run.fails(2, "dram", "--check", trace.toString()).contains("trace line"));
    }

    @Test
    void aTimingSetOfOnesOwnIsChecked() throws IOException {
        Path set = folder.resolve("slow.csv");
        String text = DramPresets.text("ddr4-3200");
        Files.writeString(set, text.replace("tCL,20,", "tCL,40,").replace("tRTW,10,", "tRTW,30,"));
        JsonNode slow = Run.json("dram", "--memory", set.toString(), "--pattern", "chase", "--requests", "300");
        JsonNode shipped = Run.json("dram", "--memory", "ddr4-3200", "--pattern", "chase", "--requests", "300");
        assertEquals(
                shipped.get("readLatencyNs").asDouble() + 20 * 0.625,
                slow.get("readLatencyNs").asDouble(),
                1e-6);
        assertTrue(slow.get("energyPicojoulesPerBit").isNull());
        Files.writeString(set, text.replace("tRAS,52,", "tRAS,60,"));
        String refused = Run.fails(2, "dram", "--memory", set.toString(), "--pattern", "chase", "--requests", "3");
        assertTrue(refused.contains("tRC 72 is less than tRAS + tRP - 1 = 79"), refused);
    }

    @Test
    void nothingIsLeftBehindByARunThatFails() throws IOException {
        Path trace = folder.resolve("bad.trace");
        Run.fails(
                2,
                "dram",
                "--memory",
                "ddr4-3200",
                "--pattern",
                "stream",
                "--requests",
                "9",
                "--refresh",
                "per-bank",
                "--trace",
                trace.toString());
        assertFalse(Files.exists(trace));
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "did you mean 'ddr4-3200', --memory ddr4-320 --pattern stream --requests 5",
        "pattern 'strem' is unknown; allowed are stream, --memory ddr4-3200 --pattern strem --requests 5",
        "needs --memory, --pattern stream --requests 5",
        "needs --memory, --memory ddr4-3200 --pattern stream",
        "needs --memory, --memory ddr4-3200 --pattern stream --requests 0",
        "--write 101, --memory ddr4-3200 --pattern stream --requests 5 --write 101",
        "must name each of, --memory ddr4-3200 --pattern stream --requests 5 --mapping row",
        "cannot be read, --memory nowhere.csv --pattern stream --requests 5",
        "cannot be read, --check nowhere.trace",
    })
    void refusesWhatItCannotDo(String expected, String options) {
        String error = Run.fails(2, ("dram " + options).split(" "));
        assertTrue(error.contains(expected), error);
    }
}
