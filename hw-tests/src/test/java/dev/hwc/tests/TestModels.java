package dev.hwc.tests;

import dev.hwc.ir.format.model.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds model files: the demo models of this repository, and shared ones in {@code HWC_SHARED}, else
 * in {@code ../shared} beside the repository's root. Without the shared folder a test is skipped,
 * but fails where {@code CI} is {@code true}.
 */
public final class TestModels {
    private static final String DEMO = "src/main/resources/dev/hwc/cli/demo";

    private TestModels() {}

    /** A shared folder of safetensors, for example {@code stories260K-pad256-awq-g64}. */
    public static Model folder(String name) {
        return Model.ofFolder(shared().resolve("models").resolve(name));
    }

    /** A shared model by its path without {@code .gguf}, for example {@code stories260K/stories260K-f32}. */
    public static Model open(String name) {
        return Model.ofGguf(shared().resolve("models").resolve(name + ".gguf"));
    }

    /** The demo models that this repository carries. */
    public static List<Path> demos() {
        try (Stream<Path> modules = Files.list(root())) {
            List<Path> found = modules.map(module -> module.resolve(DEMO))
                    .filter(Files::isDirectory)
                    .flatMap(TestModels::files)
                    .filter(file -> file.toString().endsWith(".gguf"))
                    .sorted()
                    .toList();
            Assumptions.assumeFalse(found.isEmpty(), "no demo model in */" + DEMO);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A demo model of this repository by its file name. */
    public static Path demo(String file) {
        return demos().stream()
                .filter(path -> path.endsWith(file))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no demo model " + file));
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path shared() {
        String configured = System.getenv("HWC_SHARED");
        Path shared = configured != null
                ? Path.of(configured)
                : root().resolveSibling("shared").normalize();
        if (!Files.isDirectory(shared.resolve("models"))) {
            String missing = "shared models not found in " + shared + "; set HWC_SHARED to the folder";
            if (Boolean.parseBoolean(System.getenv("CI"))) {
                Assertions.fail(missing);
            }
            Assumptions.abort(missing);
        }
        return shared;
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
