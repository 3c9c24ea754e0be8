package dev.hwc.cli.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Reads what the page draws. */
class ReportRooflineTest {
    private static final Pattern DATA = Pattern.compile("id=\"report-data\">(.*?)</script>", Pattern.DOTALL);
    /** Two divisions of doubles. */
    private static final double ROUNDING = 1e-12;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "demo, edge-8x8",
        "demo, npu-32x32",
        "shape:stories15m@q4_0, edge-8x8",
        "shape:stories15m@q4_0, npu-32x32",
        "shape:qwen2-0.5b@q8_0, npu-128x128"
    })
    void noDotIsAboveTheRoof(String model, String hardware) throws IOException {
        Path page = folder.resolve("report.html");
        Run.good("bench", model, "--hw", hardware, "-p", "16", "-n", "2", "--report", page.toString());
        String html = Files.readString(page);
        assertFalse(html.contains("These numbers contradict each other"));
        Matcher data = DATA.matcher(html);
        assertTrue(data.find());
        JsonNode roofline = Run.parse(data.group(1)).get("roofline");
        long dots = 0;
        for (JsonNode point : roofline.get("points")) {
            double sloped =
                    point.get("x").asDouble() * roofline.get("peakBytes").asDouble();
            double roof = Math.min(roofline.get("peakMacs").asDouble(), sloped);
            assertTrue(point.get("y").asDouble() <= roof * (1 + ROUNDING), point + " is above " + roof);
            dots += point.get("major").asBoolean() ? 0 : 1;
        }
        assertTrue(dots >= 8, "four operators in each phase, not " + dots);
    }
}
