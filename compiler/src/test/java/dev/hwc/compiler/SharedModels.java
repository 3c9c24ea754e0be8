package dev.hwc.compiler;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the folder of shared models: {@code HWC_SHARED}, else {@code ../shared} beside the
 * repository's root. Without it a test is skipped, but fails where {@code CI} is {@code true}.
 */
public final class SharedModels {
    private SharedModels() {}

    /** A model file, for example {@code stories260K/stories260K-f32.gguf}. */
    public static Path model(String name) {
        Path models = shared().resolve("models");
        if (!Files.isDirectory(models)) {
            String missing = "shared models not found at " + models + "; set HWC_SHARED to the folder above";
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                Assertions.fail(missing);
            }
            Assumptions.abort(missing);
        }
        return models.resolve(name);
    }

    private static Path shared() {
        String configured = System.getenv("HWC_SHARED");
        return configured != null
                ? Path.of(configured)
                : root().resolveSibling("shared").normalize();
    }

    /** The repository's root: {@code hwc.root}, else the outermost folder above with a pom.xml. */
    public static Path root() {
        String configured = System.getProperty("hwc.root");
        if (configured != null) {
            return Path.of(configured).toAbsolutePath();
        }
        Path root = Path.of("").toAbsolutePath();
        for (Path up = root; up != null; up = up.getParent()) {
            root = Files.exists(up.resolve("pom.xml")) ? up : root;
        }
        return root;
    }
}
