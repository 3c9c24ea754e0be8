package dev.hwc.reports.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hwc.reports.SampleRun;
import dev.hwc.reports.model.RunReport;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page in Chromium, where one is installed, and looks at what the scripts made of it. */
class BrowserTest {
    @TempDir
    Path directory;

    @Test
    void drawsEveryChartUnderItsOwnSecurityPolicy() throws Exception {
        String page = HtmlReport.render(SampleRun.report());
        String dom = open(page);
        int charts = count("role=\"img\" data-chart=", page);
        assertTrue(dom.contains("data-charts=\"" + charts + "\""), "report.js ran to its end");
        assertEquals(charts, count("<svg ", dom), "one drawing per chart");
        assertTrue(dom.contains("gate_up</text>"), "operators are labelled");
    }

    @Test
    void namesThatLookLikeMarkupStayText() throws Exception {
        RunReport hostile = HostileNames.in(SampleRun.report());
        String page = HtmlReport.render(hostile);
        String open = page.replaceFirst("<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "");
        assertNotEquals(page, open, "the policy would hide what escaping missed");
        String dom = open(open);
        assertFalse(dom.contains("data-owned="), "a name ran as a script");
        assertTrue(dom.contains("data-charts="), "report.js ran to its end");
    }

    private String open(String page) throws IOException, InterruptedException {
        Optional<Path> browser = browser();
        assumeTrue(browser.isPresent(), "no chromium on the PATH; install it to run this test");
        Path html = Files.writeString(directory.resolve("report.html"), page);
        Path dom = directory.resolve("dom.html");
        Process process = new ProcessBuilder(List.of(
                        browser.get().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "--window-size=1320,2400",
                        "--dump-dom",
                        html.toUri().toString()))
                .redirectOutput(dom.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("chromium did not end within 120 s");
        }
        return Files.readString(dom, StandardCharsets.UTF_8);
    }

    private static Optional<Path> browser() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .flatMap(d -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(n -> Path.of(d, n)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static int count(String text, String in) {
        return (int) Pattern.compile(Pattern.quote(text)).matcher(in).results().count();
    }
}
