package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Dimensions of a model without its weights.
 *
 * @param config rotates as GGUF files of the architecture do
 * @param factors what else than the architecture's weights such a file holds
 */
record ModelShape(ModelConfig config, List<WeightSpec> factors) {
    private static final String DEFAULT_TYPE = "q8_0";
    private static final long MAXIMUM_BYTES = 1 << 20;

    /** The shape that a config.json, or an object like it, describes. */
    static ModelShape of(String name, String source, JsonNode json) {
        HuggingFaceConfig file = HuggingFaceConfig.of(name, source, json);
        ModelConfig config = file.config(file.architecture().ropeStyle(), file.qkvBias(), file.tied());
        List<WeightSpec> factors =
                file.rotationFactors(config).stream().map(WeightTensor::spec).toList();
        return new ModelShape(config, factors);
    }

    /** A preset by its name, or a config.json by its path. */
    static ModelShape named(String name) {
        return name.endsWith(".json") ? ofFile(name) : ShapeRegistry.shape(name);
    }

    private static ModelShape ofFile(String name) {
        try {
            Path path = Path.of(name);
            if (Files.size(path) > MAXIMUM_BYTES) {
                throw new IrException(name + " has more than " + MAXIMUM_BYTES + " bytes; needed is a config.json");
            }
            return of(name, name, JsonMapper.shared().readTree(Files.readAllBytes(path)));
        } catch (IOException | InvalidPathException e) {
            throw new IrException(
                    name + " cannot be read (" + OneLine.of(String.valueOf(e.getMessage()))
                            + "); a shape is a preset or a config.json of Hugging Face",
                    e);
        } catch (JacksonException e) {
            throw new IrException(name + " is no JSON: " + OneLine.of(e.getOriginalMessage()), e);
        }
    }

    /**
     * The weights of {@code NAME@TYPE}.
     *
     * @throws IrException when the type is unknown or rows are not whole blocks of it
     */
    List<WeightTensor> weights(Optional<String> type) {
        Weights.Types types = Mixture.types(type.orElse(DEFAULT_TYPE), config);
        return Stream.concat(Weights.of(config, types).stream(), factors.stream())
                .map(spec -> new WeightTensor(spec, Optional.empty()))
                .toList();
    }
}
