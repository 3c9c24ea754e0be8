package dev.hwc.reports.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.hwc.reports.ReportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableConfigOverride;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and prints {@code run.json}: {@code parse(print(r)).equals(r)}. Strict on input: unknown,
 * missing, duplicate and wrongly typed fields are errors with file, line and column.
 */
public final class RunJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .withConfigOverride(int.class, RunJson::required)
            .withConfigOverride(long.class, RunJson::required)
            .withConfigOverride(double.class, RunJson::required)
            .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private RunJson() {}

    /** The JSON text of a report, indented, in the order of the records' components. */
    public static String print(RunReport report) {
        return MAPPER.writeValueAsString(report) + "\n";
    }

    /**
     * Reads a report from a UTF-8 file.
     *
     * @throws ReportException when the file cannot be read or is not a report
     */
    public static RunReport read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new ReportException("run report " + file + " cannot be read: " + e, e);
        }
    }

    /**
     * Parses a report.
     *
     * @param json the text
     * @param source name of the text in error messages, e.g. the file's
     * @throws ReportException one line with source, line, column and what is wrong
     */
    public static RunReport parse(String json, String source) {
        try {
            RunReport report = MAPPER.readValue(json, RunReport.class);
            if (report == null) {
                throw new ReportException(source + ":1:1: the run report is null; allowed is a JSON object");
            }
            return report;
        } catch (JacksonException e) {
            throw new ReportException(source + position(e.getLocation()) + path(e) + problem(e), e);
        }
    }

    private static void required(MutableConfigOverride type) {
        type.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.FAIL));
    }

    private static String position(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ": "
                : ":" + location.getLineNr() + ":" + location.getColumnNr() + ": ";
    }

    /** Where in the tree, e.g. {@code phases[0].operators[3].cycles}. */
    private static String path(JacksonException e) {
        if (!(e instanceof DatabindException bind) || bind.getPath().isEmpty()) {
            return "";
        }
        String path = bind.getPath().stream()
                .map(r -> r.getPropertyName() == null ? "[" + r.getIndex() + "]" : "." + r.getPropertyName())
                .collect(Collectors.joining());
        return (path.startsWith(".") ? path.substring(1) : path) + ": ";
    }

    private static String problem(JacksonException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            String allowed = unknown.getKnownPropertyIds().stream()
                    .map(Object::toString)
                    .sorted()
                    .collect(Collectors.joining(", "));
            return "unknown field \"" + oneLine(unknown.getPropertyName()) + "\"; allowed: " + allowed;
        }
        if (e instanceof InvalidNullException) {
            return "missing or null; a value is needed";
        }
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ReportException) {
                return oneLine(cause.getMessage());
            }
        }
        return oneLine(e.getOriginalMessage());
    }

    private static String oneLine(@Nullable String text) {
        return text == null ? "not a run report" : text.replaceAll("\\s+", " ");
    }
}
