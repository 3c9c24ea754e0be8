package dev.hwc.cli.run;

import dev.hwc.cli.RunFailure;
import dev.hwc.cli.UsageException;
import dev.hwc.compiler.image.ImageModel;
import dev.hwc.ir.format.gguf.GgufFile;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.format.model.ShapeRegistry;
import dev.hwc.ir.hw.HardwareSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Opens what the argument MODEL names: a GGUF file, a Hugging Face folder, a shape, or the shipped demo model. */
public final class ModelSource {
    /** Names of the shipped models and their resources. */
    private static final Map<String, String> DEMOS = Map.of(
            "demo", "/dev/hwc/cli/demo/demo-q8_0.gguf",
            "demo@q8_0", "/dev/hwc/cli/demo/demo-q8_0.gguf",
            "demo@q4_0", "/dev/hwc/cli/demo/demo-q4_0.gguf");

    private ModelSource() {}

    /**
     * Opens a model with its configuration and weights.
     *
     * @throws UsageException when there is nothing of that name
     */
    public static Model open(String name) {
        if (isShape(name)) {
            return Model.open(name);
        }
        return folder(name).map(Model::ofFolder).orElseGet(() -> withFile(name, Model::ofGguf));
    }

    /** The folder that the name means, if it means one. */
    public static Optional<Path> folder(String name) {
        return isShape(name) || DEMOS.containsKey(name)
                ? Optional.empty()
                : Optional.of(path(name)).filter(Files::isDirectory);
    }

    /**
     * Opens the file only, whether its architecture is supported or not.
     *
     * @throws UsageException when there is nothing of that name, or it is a shape
     */
    public static GgufFile openFile(String name) {
        if (isShape(name)) {
            throw new UsageException("model " + name + " is a shape and has no file; name a .gguf file or demo");
        }
        return withFile(name, GgufFile::open);
    }

    /** Whether the name means dimensions without weights. */
    public static boolean isShape(String name) {
        return name.startsWith(Model.SHAPE_PREFIX);
    }

    /** Whether the name means a program image. */
    public static boolean isImage(String name) {
        return name.endsWith(".hwx");
    }

    private static <T> T withFile(String name, Function<Path, T> open) {
        String resource = DEMOS.get(name);
        return resource == null ? open.apply(existing(name)) : withResource(resource, open);
    }

    private static Path existing(String name) {
        Path path = path(name);
        if (Files.isDirectory(path)) {
            throw new UsageException("model " + name + " is a folder; this command reads .gguf files only");
        }
        if (isImage(name)) {
            throw new UsageException("model " + name + " is a program image; this command takes a model, and hwc"
                    + " generate images besides");
        }
        if (!Files.exists(path)) {
            throw new UsageException("model " + name + " does not exist; allowed are a .gguf file, demo, demo@q4_0 and "
                    + "shape:NAME[@TYPE]" + Nearest.suggestion(name, names()));
        }
        return path;
    }

    /**
     * Opens a program image for the hardware that it was made for.
     *
     * @throws dev.hwc.ir.IrException when it is damaged, or made for other hardware
     */
    public static ImageModel openImage(String name, HardwareSpec hardware) {
        return ImageModel.open(path(name), hardware);
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new UsageException("model '" + name + "' is not a file name: " + e.getReason(), e);
        }
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(DEMOS.keySet());
        ShapeRegistry.names().forEach(shape -> names.add(Model.SHAPE_PREFIX + shape));
        return names;
    }

    /** Opens a resource as a file; one that is packed in a jar through a copy that is gone at once. */
    private static <T> T withResource(String resource, Function<Path, T> open) {
        URL url = ModelSource.class.getResource(resource);
        if (url == null) {
            throw new UsageException("this build does not ship " + resource + "; name a .gguf file");
        }
        try {
            URI uri = url.toURI();
            return uri.getScheme().equals("file") ? open.apply(Path.of(uri)) : withCopy(url, resource, open);
        } catch (URISyntaxException | IOException e) {
            throw new RunFailure(
                    "the shipped model cannot be unpacked to " + System.getProperty("java.io.tmpdir") + ": "
                            + e.getMessage() + "; free space there",
                    e);
        }
    }

    /** The file is deleted while it is mapped; where that is not possible, at the process's end. */
    private static <T> T withCopy(URL url, String resource, Function<Path, T> open) throws IOException {
        Path folder = Files.createTempDirectory("hwc-");
        Path copy = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
        try (InputStream packed = url.openStream()) {
            Files.copy(packed, copy);
            return open.apply(copy);
        } finally {
            delete(copy);
            delete(folder);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
