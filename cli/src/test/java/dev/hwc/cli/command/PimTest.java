package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import dev.hwc.sim.pim.PimSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class PimTest {
    @TempDir
    private Path folder;

    private static JsonNode gemv(String device, String type) {
        return Run.json("pim", "gemv", "--device", device, "--rows", "300", "--cols", "500", "--type", type);
    }

    @ParameterizedTest
    @CsvSource({"lpddr5-pim, f16", "hbm2-pim, i4", "gddr6-aim, bf16", "hbm3-bank-pim, i8"})
    void saysWhatAKernelTakes(String device, String type) {
        JsonNode run = gemv(device, type);
        for (String field : List.of(
                "pimCycles",
                "hostCycles",
                "speedup",
                "ceiling",
                "macSlotPercent",
                "energyNanojoules",
                "mismatches",
                "timingViolations",
                "simulatorSeconds")) {
            assertTrue(run.get(field).isNumber(), field);
        }
        assertEquals(0, run.get("mismatches").asLong());
        assertEquals(0, run.get("timingViolations").asLong());
        assertEquals(
                run.get("hostCycles").asDouble() / run.get("pimCycles").asDouble(),
                run.get("speedup").asDouble(),
                1e-9);
        double parts = 0;
        for (String part : List.of("activate", "column", "io", "refresh", "background", "operation", "buffer")) {
            parts += run.get("energySplitNanojoules").get(part).asDouble();
        }
        assertEquals(run.get("energyNanojoules").asDouble(), parts, 1e-6 * parts);
        assertEquals(2, run.get("tables").size());
    }

    /** A share of the rows on each device; 4,100 bytes of operands and 2,048 of results are 17 and 8 flits of 4 ns. */
    @Test
    void devicesBehindCxlShareTheRows() {
        String[] arguments = {
            "pim", "gemv", "--device", "gddr6-aim", "--rows", "512", "--cols", "2050", "--channels", "2"
        };
        String[] four = Arrays.copyOf(arguments, arguments.length + 2);
        four[arguments.length] = "--cxl";
        four[arguments.length + 1] = "4";
        JsonNode run = Run.json(four);
        assertEquals(128, run.get("rows").asLong());
        JsonNode cxl = run.get("cxl");
        assertEquals(70 + 17 * 4, cxl.get("operandNanoseconds").asDouble(), 1e-9);
        assertEquals(
                run.get("pimCycles").asLong() / 2.0,
                cxl.get("kernelNanoseconds").asDouble(),
                1e-9);
        assertEquals(70 + 8 * 4, cxl.get("resultNanoseconds").asDouble(), 1e-9);
        double link = (4 * 17 + 8) * 256 * 8 * 4.4e-3;
        assertEquals(link, cxl.get("linkEnergyNanojoules").asDouble(), 1e-6);
        assertEquals(
                4 * run.get("energyNanojoules").asDouble() + link,
                cxl.get("energyNanojoules").asDouble(),
                1e-6);
        assertTrue(Run.json(arguments).get("pimCycles").asLong()
                > run.get("pimCycles").asLong());
        assertTrue(Run.json(arguments).get("cxl") == null);
        four[arguments.length + 1] = "65";
        assertTrue(Run.fails(2, four).contains("--cxl 65, allowed are 1 to 64"));
    }

    @Test
    void elementsAreCountedByRows() {
        JsonNode run = Run.json("pim", "add", "--device", "hbm2-pim", "--rows", "20000", "--cols", "1");
        assertEquals(20_000, run.get("results").asLong());
        assertEquals(0, run.get("mismatches").asLong());
        assertTrue(Run.good("pim", "relu", "--device", "lpddr5-pim", "--rows", "5000")
                .out()
                .contains("0 differ"));
    }

    @Test
    void aTraceCanBeCheckedByItself() throws IOException {
        Path trace = folder.resolve("gemv.trace");
        Run.good("pim", "gemv", "--rows", "64", "--cols", "64", "--channels", "1", "--trace", trace.toString());
        assertEquals(
                0,
                Run.json("dram", "--check", trace.toString())
                        .get("timingViolations")
                        .asLong());
        String text = Files.readString(trace);
        String mode = text.lines().filter(l -> l.endsWith("MOD 2")).findFirst().orElseThrow();
        Files.writeString(trace, text.replace(mode + "\n", ""));
        Run broken = Run.of("dram", "--check", trace.toString());
        assertEquals(1, broken.code());
        assertTrue(broken.err().contains("MODE"), broken.err());
    }

    @Test
    void aDeviceOfOnesOwnIsTaken() throws IOException {
        Path set = folder.resolve("gddr6-aim-slow.csv");
        String text = PimSpec.find("gddr6-aim").text();
        Files.writeString(set, text.replace("tMOD,32,", "tMOD,320,"));
        String[] command = {"pim", "gemv", "--rows", "300", "--cols", "500", "--device", set.toString()};
        assertTrue(Run.json(command).get("pimCycles").asLong()
                > gemv("gddr6-aim", "bf16").get("pimCycles").asLong());
        Path other = folder.resolve("other.csv");
        Files.writeString(other, text);
        String error = Run.fails(2, "pim", "gemv", "--rows", "30", "--cols", "50", "--device", other.toString());
        assertTrue(error.contains("energy table pim-1 does not know"), error);
        Files.writeString(set, text.replace("tREGMAC,3,", "tREGMAC,1,"));
        assertTrue(Run.fails(2, command).contains("tREGMAC 1 is less than"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "gemv --device gddr6-am --rows 4 --cols 4; did you mean 'gddr6-aim'",
                "gemv --device gddr6-aim --rows 4 --cols 4 --type f16; it has bf16, i8, i4",
                "gemv --device hbm2-pim --rows 4 --cols 4 --type f17; type 'f17' is unknown",
                "gemv --device hbm2-pim --rows 0 --cols 4; allowed are 1 to",
                "gemv --device hbm2-pim --rows 4 --cols 4 --channels 0; channels 0",
                "gemv --device hbm2-pim --rows 100000 --cols 2600 --channels 1; rows of each bank",
                "gemv --device gddr6-aim --rows 4 --cols 4 --parity samsung; is for device hbm2-pim",
                "add --device gddr6-aim --rows 4; does not compute on elements",
                "add --device hbm2-pim --rows 4 --cols 2; --rows counts elements",
                "gem --device hbm2-pim --rows 4; kernel 'gem' is unknown"
            })
    void badInputIsOneLine(String arguments, String part) {
        String error = Run.fails(2, ("pim " + arguments).split(" "));
        assertTrue(error.contains(part), error);
    }
}
