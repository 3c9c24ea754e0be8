package dev.hwc.ir.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds the folder of shared models and goldens: {@code HWC_SHARED}, else {@code ../shared} beside
 * the repository's root. Without it a test is skipped, but fails where {@code CI} is {@code true}.
 */
public final class SharedData {
    private static final String JSON = ".json";

    private SharedData() {}

    /** A model file, for example {@code stories260K/stories260K-f32.gguf}. */
    public static Path model(String name) {
        return folder().resolve("models").resolve(name);
    }

    /** A golden file, for example {@code llamacpp-stories260K-f32.json}. */
    public static Path golden(String name) {
        return folder().resolve("goldens").resolve(name);
    }

    /** The names of all golden JSON files without their ending, sorted. */
    public static List<String> goldens() {
        try (Stream<Path> files = Files.list(folder().resolve("goldens"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(JSON))
                    .map(name -> name.substring(0, name.length() - JSON.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        Path folder = candidate();
        if (Files.isDirectory(folder.resolve("models"))) {
            return folder;
        }
        String missing = "shared test data not found at " + folder + "; set HWC_SHARED to its folder";
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            return Assertions.fail(missing);
        }
        Assumptions.abort(missing);
        return folder;
    }

    private static Path candidate() {
        String configured = System.getenv("HWC_SHARED");
        return configured != null
                ? Path.of(configured)
                : root().resolveSibling("shared").normalize();
    }

    /** The repository's root: {@code hwc.root}, else the outermost folder above with a pom.xml. */
    private static Path root() {
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
