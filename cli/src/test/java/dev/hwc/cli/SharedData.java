package dev.hwc.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the folder of shared models and goldens: {@code HWC_SHARED}, else {@code ../shared} beside
 * the repository's root. Without it a test is skipped, but fails where {@code CI} is {@code true}.
 */
public final class SharedData {
    private SharedData() {}

    /** A file of the folder. */
    public static Path file(String name) {
        Path folder = folder();
        if (Files.isDirectory(folder.resolve("models"))) {
            return folder.resolve(name);
        }
        String missing = "shared test data not found at " + folder + "; set HWC_SHARED to its folder";
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            return Assertions.fail(missing);
        }
        Assumptions.abort(missing);
        return folder;
    }

    private static Path folder() {
        String configured = System.getenv("HWC_SHARED");
        String root = System.getProperty("hwc.root", "..");
        return configured != null
                ? Path.of(configured)
                : Path.of(root).toAbsolutePath().normalize().resolveSibling("shared");
    }
}
