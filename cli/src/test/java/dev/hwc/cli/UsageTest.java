package dev.hwc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "unknown command 'generat'; did you mean 'generate'?, generat demo",
        "unknown option '--jsn'; did you mean '--json'?, presets --jsn x",
        "unknown option '--jso'; did you mean '--json'?, inspect --jso",
        "unknown argument 'second', inspect demo second",
        "missing required parameter: 'MODEL', inspect",
        "hwc: error: missing required argument, generate demo -n 3",
        "did you mean 'edge-16x16'?, bench demo --hw edge-16x61",
        "did you mean 'stories15m'?, inspect shape:storys15m",
        "did you mean 'demo@q4_0'?, inspect demo@q4",
        "back end 'refrence' is unknown, generate demo --backend refrence -p x",
        "did you mean 'reference'?, generate demo --backend refrence -p x",
        "back end rtl computes in arithmetic hardware, generate demo --backend rtl --arithmetic f32 -p x",
        "hardware 'edge-8x9' is neither, rtl --hw edge-8x9 -o x",
        "target 'ice4' is unknown, synth --hw tiny-4x4 --target ice4",
        "back end 'rt' is unknown, selftest --backend rt",
        "allowed are 1 to 256, selftest -n 0",
        "--vcd needs signals, generate demo -p x --vcd x.vcd",
        "--vcd needs signals, gemm --m 1 --n 1 --k 1 --hw tiny-4x4 --vcd x.vcd",
        "name its file with --vcd, gemm --m 1 --n 1 --k 1 --hw tiny-4x4 --backend rtl --vcd-from 5",
        "allowed are 0 and more, gemm --m 1 --n 1 --k 1 --hw tiny-4x4 --backend rtl --vcd x --vcd-from -5",
        "allowed are 1 and more, gemm --m 1 --n 1 --k 1 --hw tiny-4x4 --backend rtl --vcd x --vcd-cycles 0",
        "does not exist; create it, rtl --hw tiny-4x4 -o nothere/x",
        "arithmetic 'f23' is unknown, generate demo --arithmetic f23 -p x",
        "back end sim computes in arithmetic hardware, generate demo --backend sim --arithmetic f32 -p x",
        "level 'tille' is unknown; allowed are tensor; tile; isa; did you mean 'tile'?, compile demo --hw edge-8x8 --emit tille",
        "format 'cvs' is unknown, bench demo --hw edge-8x8 -o cvs",
        "simulates 1 sequence at a time, bench demo --hw edge-8x8 --batch 4",
        "there is no test, bench demo --hw edge-8x8 -p 0 -n 0",
        "allowed are 0 and more, bench demo --hw edge-8x8 -p -1",
        "does not exist, report nothere.json -o x.html",
        "give TEXT or -f FILE, tokenize demo",
        "exclude each other, tokenize demo text -f file",
        "shape:stories15m is a shape, tokenize shape:stories15m text",
        "invalid value for option '-n', generate demo -p x -n many"
    })
    void wrongUsageIsOneLineAndExitCodeTwo(String expected, String commandLine) {
        String error = Run.fails(2, commandLine.split(" "));
        assertTrue(error.contains(expected.replace("tensor; tile; isa", "tensor, tile, isa")), error);
    }

    @Test
    void aMissingFileIsNamed() {
        String missing = folder.resolve("nothere.gguf").toString();
        for (String command : new String[] {"inspect", "tokenize", "generate", "bench", "compile"}) {
            String error = switch (command) {
                case "inspect" -> Run.fails(2, command, missing);
                case "tokenize" -> Run.fails(2, command, missing, "text");
                case "generate" -> Run.fails(2, command, missing, "-p", "text");
                default -> Run.fails(2, command, missing, "--hw", "edge-8x8");
            };
            assertTrue(error.contains(missing + " does not exist"), error);
        }
    }

    @Test
    void aTruncatedFileIsRefusedByEveryCommand() throws IOException {
        byte[] whole;
        try (var resource = UsageTest.class.getResourceAsStream("/dev/hwc/cli/demo/demo-q4_0.gguf")) {
            whole = Objects.requireNonNull(resource).readAllBytes();
        }
        for (int length : new int[] {0, 3, 40, whole.length / 2, whole.length - 1}) {
            Path cut = Files.write(folder.resolve("cut-" + length + ".gguf"), Arrays.copyOf(whole, length));
            assertTrue(Run.fails(2, "inspect", cut.toString()).contains("cut-" + length));
            assertTrue(Run.fails(2, "generate", cut.toString(), "-p", "text").contains("cut-" + length));
        }
    }

    @Test
    void aFolderWithoutAModelIsRefused() {
        assertTrue(Run.fails(2, "inspect", folder.toString()).contains("a model folder has config.json"));
    }

    @Test
    void anImpossibleHardwareListsItsProblems() throws IOException {
        Path yaml = Files.writeString(folder.resolve("broken.yaml"), """
                name: broken
                clockMhz: 0
                array: {rows: 5, columns: 16, accumulatorSlots: 8}
                """);
        String error = Run.fails(2, "bench", "demo", "--hw", yaml.toString());
        assertTrue(error.contains("broken.yaml"), error);
        String missing =
                Run.fails(2, "bench", "demo", "--hw", folder.resolve("no.yaml").toString());
        assertTrue(missing.contains("no.yaml"), missing);
    }

    @Test
    void aResultThatCannotBeWrittenIsRefusedBeforeTheRun() {
        String nowhere = folder.resolve("missing").resolve("out.json").toString();
        String error = Run.fails(2, "presets", "--json", nowhere);
        assertTrue(error.contains("does not exist"), error);
        assertTrue(Run.fails(2, "presets", "--json", folder.toString()).contains("is a folder"));
    }

    @Test
    void stacktraceShowsWhereAnErrorComesFrom() {
        Run run = Run.of("inspect", "nothere.gguf", "--stacktrace");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("\tat dev.hwc.cli."), run.err());
        Run parse = Run.of("inspect", "--nothere", "--stacktrace");
        assertTrue(parse.err().contains("\tat "), parse.err());
    }

    @Test
    void helpAndVersionGoToStandardOutput() {
        assertTrue(Run.good("--version").out().matches("hwc \\d+\\.\\d+\\.\\d+\\R"));
        for (String command : new String[] {
            "generate", "perplexity", "tokenize", "inspect", "compile", "bench", "gemm", "report", "presets"
        }) {
            assertTrue(Run.good("--help").out().contains(command), command);
            assertTrue(Run.good(command, "--help").out().contains("Usage: hwc " + command), command);
        }
    }

    @Test
    void withoutACommandTheHelpIsShownAsAnError() {
        Run run = Run.of();
        assertEquals(2, run.code());
        assertTrue(run.err().contains("Usage: hwc"), run.err());
    }
}
