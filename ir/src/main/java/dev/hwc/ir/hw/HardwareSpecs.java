package dev.hwc.ir.hw;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads hardware descriptions: the shipped presets and YAML files, checked against a JSON schema. */
public final class HardwareSpecs {
    /** Names of the shipped presets whose memory does not compute, smallest first. */
    public static final List<String> PRESETS =
            List.of("tiny-4x4", "edge-8x8", "edge-16x16", "npu-32x32", "npu-128x128");

    /** Names of the shipped presets with memory that computes. */
    public static final List<String> PIM_PRESETS =
            List.of("edge-16x16+lpddr5-pim", "npu-32x32+lpddr5-pim", "npu-128x128+hbm2-pim", "aim-only");

    /** All of them. */
    public static final List<String> NAMES =
            Stream.concat(PRESETS.stream(), PIM_PRESETS.stream()).toList();

    /** Keys that may be absent. */
    private static final String SCRATCHPADS = "scratchpads";

    private static final String ELEMENTS = "elements";

    private static final long MAX_FILE_BYTES = 64 * 1024;
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // the schema says what may be left out, and that nothing is null
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private HardwareSpecs() {}

    /** A shipped preset. */
    public static HardwareSpec preset(String name) {
        if (!NAMES.contains(name)) {
            throw new IrException("hardware preset '" + name + "' is unknown" + Nearest.suggestion(name, NAMES)
                    + "; presets: " + String.join(", ", NAMES));
        }
        return parse(resource("presets/" + name + ".yaml"), "preset " + name);
    }

    /** A preset by name, or a YAML file if the text names one. */
    public static HardwareSpec find(String nameOrFile) {
        if (NAMES.contains(nameOrFile)) {
            return preset(nameOrFile);
        }
        if (nameOrFile.endsWith(".yaml") || nameOrFile.endsWith(".yml")) {
            return read(Path.of(nameOrFile));
        }
        return preset(nameOrFile); // throws, naming the presets
    }

    /** A description from a YAML file of at most 64 KiB. */
    public static HardwareSpec read(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new IrException("hardware file " + file + " has " + size + " bytes; at most " + MAX_FILE_BYTES);
            }
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new IrException("hardware file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** A description from YAML text; all problems are listed at once. */
    public static HardwareSpec parse(String yaml, String source) {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(resource("hardware.schema.json"), InputFormat.JSON);
        try {
            List<Error> errors = schema.validate(yaml, InputFormat.YAML);
            if (!errors.isEmpty()) {
                throw new IrException(source + ": "
                        + errors.stream()
                                .map(e -> e.getInstanceLocation() + " " + e.getMessage())
                                .sorted()
                                .collect(Collectors.joining("; ")));
            }
            ObjectNode description = (ObjectNode) YAML.readTree(yaml); // as the schema says
            if (!description.has(SCRATCHPADS)) {
                description.putObject(SCRATCHPADS).put("ecc", HardwareSpec.Scratchpads.PLAIN.ecc());
            }
            ObjectNode array = (ObjectNode) description.required("array");
            if (!array.has(ELEMENTS)) {
                array.put(ELEMENTS, HardwareSpec.Array.MULTIPLY);
            }
            return YAML.treeToValue(description, HardwareSpec.class);
        } catch (JacksonException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IrException broken) {
                    throw new IrException(source + ": " + broken.getMessage(), e);
                }
            }
            throw new IrException(source + ": not a hardware description: " + firstLine(e), e);
        } catch (IllegalArgumentException e) {
            throw new IrException(source + ": not a hardware description: " + firstLine(e), e);
        }
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse(message);
    }

    private static String resource(String name) {
        try (InputStream in = HardwareSpecs.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IrException("resource " + name + " cannot be read: " + e.getMessage(), e);
        }
    }
}
