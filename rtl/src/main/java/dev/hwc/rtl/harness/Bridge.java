package dev.hwc.rtl.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Builds the JNI library and loads it, once per process. */
final class Bridge {
    private static boolean loaded;

    private Bridge() {}

    static synchronized void load() {
        if (!loaded) {
            System.load(library().toString());
            loaded = true;
        }
    }

    private static Path library() {
        Path scratch = BuildFolder.scratch("bridge");
        BuildFolder.copyResources(scratch, List.of("model.h", "bus.h", "bridge.cpp"));
        String jdk = System.getProperty("java.home");
        Path kept = BuildFolder.root().resolve("bridge-" + BuildFolder.hash(scratch, List.of(jdk)));
        BuildFolder.locked(String.valueOf(kept.getFileName()), () -> make(scratch, kept, jdk));
        return kept.resolve("bridge.so");
    }

    private static Path make(Path scratch, Path kept, String jdk) {
        if (Files.isDirectory(kept)) {
            BuildFolder.delete(scratch);
        } else {
            String include = jdk + "/include";
            List<String> command = List.of(
                    "g++",
                    "-std=gnu++17",
                    "-shared",
                    "-fPIC",
                    "-O2",
                    "-I" + include,
                    "-I" + include + "/linux",
                    "bridge.cpp",
                    "-ldl",
                    "-o",
                    "bridge.so");
            Tools.run(scratch, command);
            BuildFolder.keep(scratch, kept);
        }
        return kept;
    }
}
