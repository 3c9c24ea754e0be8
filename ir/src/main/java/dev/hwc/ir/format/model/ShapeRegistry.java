package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Published models' dimensions without weights, by name; read from the resource shapes.yaml. */
public final class ShapeRegistry {
    private static final String RESOURCE = "shapes.yaml";

    private ShapeRegistry() {}

    /** Loaded on first use. */
    private static final class Holder {
        static final Map<String, ModelConfig> SHAPES = load();
    }

    /** One entry of the resource; its keys are these names. */
    private record Entry(
            String name,
            String architecture,
            int vocabularySize,
            int contextLength,
            int embeddingLength,
            int blockCount,
            int feedForwardLength,
            int headCount,
            int kvHeadCount,
            int headLength,
            float ropeBase,
            float rmsEpsilon,
            boolean qkvBias,
            boolean tiedEmbeddings,
            int bosId,
            int eosId) {

        ModelConfig config() {
            Architecture known = Architecture.named(architecture);
            return new ModelConfig(
                    known,
                    name,
                    vocabularySize,
                    contextLength,
                    embeddingLength,
                    blockCount,
                    feedForwardLength,
                    headCount,
                    kvHeadCount,
                    headLength,
                    headLength,
                    headLength,
                    ropeBase,
                    rmsEpsilon,
                    known.ropeStyle(),
                    qkvBias,
                    tiedEmbeddings,
                    bosId,
                    eosId,
                    ModelFeatures.NONE);
        }
    }

    /** The known names, in the resource's order. */
    public static Set<String> names() {
        return Holder.SHAPES.keySet();
    }

    /**
     * The shape of this name.
     *
     * @throws IrException suggesting the nearest known name
     */
    public static ModelConfig find(String name) {
        ModelConfig config = Holder.SHAPES.get(name);
        if (config == null) {
            throw new IrException("model shape '" + name + "' is unknown" + Nearest.suggestion(name, names())
                    + "; known are " + String.join(", ", names()));
        }
        return config;
    }

    private static Map<String, ModelConfig> load() {
        YAMLMapper mapper = YAMLMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        try (InputStream resource = Objects.requireNonNull(ShapeRegistry.class.getResourceAsStream(RESOURCE))) {
            Map<String, ModelConfig> shapes = new LinkedHashMap<>();
            for (Entry entry : mapper.readValue(resource, Entry[].class)) {
                shapes.put(entry.name(), entry.config());
            }
            return Collections.unmodifiableMap(shapes);
        } catch (IOException e) {
            throw new IrException("resource " + RESOURCE + " cannot be read", e);
        }
    }
}
