package dev.hwc.rtl.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Verilator's own C++ files, compiled once for all models. */
final class VerilatorRuntime {
    private static final String OPTIMIZE = "-O2";
    private static final List<String> SOURCES = List.of("verilated", "verilated_threads");
    private static final String WAVEFORM = "verilated_vcd_c";

    private VerilatorRuntime() {}

    /** Folder of Verilator's headers. */
    static String include() {
        return Tools.run(Path.of("."), List.of("verilator", "--getenv", "VERILATOR_ROOT"))
                        .strip() + "/include";
    }

    /** The object files every model with these options is linked with. */
    static synchronized List<Path> objects(String version, CompileOptions options) {
        List<String> sources = new ArrayList<>(SOURCES);
        if (options.waveform()) {
            sources.add(WAVEFORM);
        }
        String include = include();
        String name =
                "runtime-" + BuildFolder.hash(List.of(version, String.join(" ", options.cFlags()), OPTIMIZE, include));
        Path kept = BuildFolder.root().resolve(name);
        if (!Files.isDirectory(kept)) {
            BuildFolder.locked(name, () -> compileAll(kept, sources, include, options));
        }
        return sources.stream().map(s -> kept.resolve(s + ".o")).toList();
    }

    private static Path compileAll(Path kept, List<String> sources, String include, CompileOptions options) {
        if (!Files.isDirectory(kept)) {
            Path scratch = BuildFolder.scratch("runtime");
            sources.forEach(source -> compile(scratch, source, include, options));
            BuildFolder.keep(scratch, kept);
        }
        return kept;
    }

    private static void compile(Path scratch, String source, String include, CompileOptions options) {
        List<String> command = new ArrayList<>(List.of("g++", "-std=gnu++17", "-c", OPTIMIZE));
        command.addAll(options.cFlags());
        command.addAll(List.of("-DVM_COVERAGE=0", "-DVM_SC=0", "-I" + include, "-I" + include + "/vltstd"));
        command.addAll(List.of(include + "/" + source + ".cpp", "-o", source + ".o"));
        Tools.run(scratch, command);
    }
}
