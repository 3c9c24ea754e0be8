package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Published models' dimensions without weights, by name; read from the resource shapes.yaml. */
public final class ShapeRegistry {
    private static final String RESOURCE = "shapes.yaml";

    private ShapeRegistry() {}

    /** Loaded on first use. */
    private static final class Holder {
        static final Map<String, ModelShape> SHAPES = load();
    }

    /** The known names, in the resource's order. */
    public static Set<String> names() {
        return Holder.SHAPES.keySet();
    }

    /**
     * The configuration of this name.
     *
     * @throws IrException suggesting the nearest known name
     */
    public static ModelConfig find(String name) {
        return shape(name).config();
    }

    static ModelShape shape(String name) {
        ModelShape shape = Holder.SHAPES.get(name);
        if (shape == null) {
            throw new IrException("model shape '" + name + "' is unknown" + Nearest.suggestion(name, names())
                    + "; known are " + String.join(", ", names()) + ", and config.json files");
        }
        return shape;
    }

    private static Map<String, ModelShape> load() {
        try (InputStream resource = Objects.requireNonNull(ShapeRegistry.class.getResourceAsStream(RESOURCE))) {
            Map<String, ModelShape> shapes = new LinkedHashMap<>();
            for (JsonNode entry : new YAMLMapper().readTree(resource)) {
                String name = entry.path("name").asString();
                shapes.put(name, ModelShape.of(name, RESOURCE + ": " + name, entry.path("config")));
            }
            return Collections.unmodifiableMap(shapes);
        } catch (IOException e) {
            throw new IrException("resource " + RESOURCE + " cannot be read", e);
        }
    }
}
