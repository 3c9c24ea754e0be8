package dev.hwc.rtl.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Verilator's own C++ files, compiled once for all models. */
final class VerilatorRuntime {
    private static final List<String> SOURCES = List.of("verilated", "verilated_threads");

    private VerilatorRuntime() {}

    /** Folder of Verilator's headers. */
    static String include() {
        return Tools.run(Path.of("."), List.of("verilator", "--getenv", "VERILATOR_ROOT"))
                        .strip() + "/include";
    }

    /** The object files every model is linked with. */
    static synchronized List<Path> objects(String version, String cFlags, String optimize) {
        Path scratch = BuildFolder.scratch("runtime");
        Path kept = BuildFolder.root()
                .resolve("runtime-" + BuildFolder.hash(scratch, List.of(version, cFlags, optimize, include())));
        if (Files.isDirectory(kept)) {
            BuildFolder.delete(scratch);
        } else {
            for (String source : SOURCES) {
                compile(scratch, source, cFlags, optimize);
            }
            BuildFolder.keep(scratch, kept);
        }
        return SOURCES.stream().map(s -> kept.resolve(s + ".o")).toList();
    }

    private static void compile(Path scratch, String source, String cFlags, String optimize) {
        String include = include();
        List<String> command = new ArrayList<>(List.of("g++", "-std=gnu++17", "-c", optimize));
        command.addAll(List.of(cFlags.split(" ")));
        command.addAll(List.of("-DVM_COVERAGE=0", "-DVM_SC=0", "-DVM_TRACE=0"));
        command.addAll(List.of("-I" + include, "-I" + include + "/vltstd", include + "/" + source + ".cpp"));
        command.addAll(List.of("-o", source + ".o"));
        Tools.run(scratch, command);
    }
}
