package dev.hwc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Do the module descriptors hold at run time, where picocli and Jackson reflect? All other tests run on the class path. */
class ModulePathTest {
    @TempDir
    Path folder;

    @Test
    void aRunWithReportWorksOnTheModulePath() throws IOException, InterruptedException {
        Path json = folder.resolve("run.json");
        Path page = folder.resolve("report.html");
        run("bench", "demo", "--hw", "edge-8x8", "-p", "4", "-n", "2", "--json", json.toString());
        run("generate", "demo", "-p", "Once", "-n", "2", "--report", page.toString());
        assertTrue(Files.readString(json).contains("edge-8x8"));
        assertTrue(Files.readString(page).contains("</html>"));
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                modules(),
                "--module",
                "dev.hwc.cli/dev.hwc.cli.Main"));
        command.addAll(Arrays.asList(arguments));
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertEquals(0, process.waitFor(), Files.readString(output));
    }

    /** The class path without the folder of test classes, which is no module. */
    private static String modules() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !ModuleFinder.of(Path.of(entry)).findAll().isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
