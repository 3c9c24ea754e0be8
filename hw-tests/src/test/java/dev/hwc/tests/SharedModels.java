package dev.hwc.tests;

import dev.hwc.ir.format.model.Model;
import java.nio.file.Path;

/** What packages below need of {@link TestModels}. */
public final class SharedModels {
    private SharedModels() {}

    /** A shared model by its path without {@code .gguf}; see {@link TestModels#open}. */
    public static Model open(String name) {
        return TestModels.open(name);
    }

    /** A demo model of this repository by its file name. */
    public static Path demo(String file) {
        return TestModels.demos().stream()
                .filter(path -> path.endsWith(file))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no demo model " + file));
    }
}
