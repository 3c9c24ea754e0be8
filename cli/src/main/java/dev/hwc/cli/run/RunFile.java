package dev.hwc.cli.run;

import dev.hwc.cli.UsageException;
import dev.hwc.reports.model.RunJson;
import dev.hwc.reports.model.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the report of a run: on its own, or as the field {@code run} of a command's JSON result. */
public final class RunFile {
    private static final String FIELD = "run";

    private RunFile() {}

    /**
     * The report in a file.
     *
     * @throws UsageException when the file cannot be read
     * @throws dev.hwc.reports.ReportException when it holds no report
     */
    public static RunReport read(Path file) {
        String text = text(file);
        return run(text)
                .map(run -> RunJson.parse(run.toString(), file + " field " + FIELD))
                .orElseGet(() -> RunJson.parse(text, file.toString()));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UsageException("run file " + file + " does not exist; check the path", e);
        } catch (IOException e) {
            throw new UsageException("run file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The nested report; absent when the text is something else, which the strict parser then judges. */
    private static Optional<JsonNode> run(String text) {
        try {
            return Optional.ofNullable(JsonMapper.shared().readTree(text).get(FIELD));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
