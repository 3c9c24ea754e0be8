package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code hwc doctor}, {@code hwc selftest} and {@code hwc rtl}, as a user runs them. */
class HealthTest {
    @TempDir
    Path folder;

    private static List<String> names(JsonNode result) {
        List<String> names = new ArrayList<>();
        result.get("checks").forEach(check -> names.add(check.get("name").asString()));
        return names;
    }

    @Test
    void selftestProvesTheChainOnTheSimulator() {
        JsonNode result = Run.json("selftest", "--backend", "sim", "-n", "2");
        assertEquals("tiny-4x4", result.get("hardware").get("name").asString());
        assertEquals(
                List.of(
                        "golden demo",
                        "golden demo@q4_0",
                        "sim product i8",
                        "sim product i4",
                        "sim product i4m",
                        "sim product nl4",
                        "sim product ternary",
                        "sim vector product",
                        "sim demo",
                        "sim demo@q4_0"),
                names(result));
        result.get("checks").forEach(check -> assertTrue(check.get("ok").asBoolean(), check.toString()));
    }

    @Test
    void doctorNamesEveryToolAndTheDevice() {
        Run run = Run.good("doctor", "--hw", "edge-8x8");
        for (String name : List.of("java", "demo model", "verilator", "g++", "make", "yosys", "nextpnr-ice40")) {
            assertTrue(run.out().contains(" " + name + " "), run.out());
        }
        assertTrue(run.out().contains("sim edge-8x8, hash "), run.out());
    }

    @Test
    void doctorsBackEndIsCheckedBeforeAnythingElse() {
        assertTrue(Run.fails(2, "doctor", "--backend", "simm").contains("did you mean 'sim'?"));
    }

    @Test
    void rtlWritesEveryModuleTheFileListAndTheHeader() throws IOException {
        Path target = folder.resolve("rtl");
        JsonNode result = Run.json("rtl", "--hw", "tiny-4x4", "-o", target.toString());
        assertEquals("Accelerator", result.get("top").asString());
        List<String> files = new ArrayList<>();
        result.get("files").forEach(file -> files.add(file.asString()));
        for (String file : files) {
            assertTrue(Files.isRegularFile(target.resolve(file)), file);
        }
        assertTrue(files.containsAll(List.of("Accelerator.sv", "filelist.f", "hwc_registers.h")), files.toString());
        assertEquals(
                result.get("modules").size(),
                Files.readAllLines(target.resolve("filelist.f")).size());
        String again = Run.fails(2, "rtl", "--hw", "tiny-4x4", "-o", target.toString());
        assertTrue(again.contains("exists and is not an empty folder"), again);
    }
}
