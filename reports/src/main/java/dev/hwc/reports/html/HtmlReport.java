package dev.hwc.reports.html;

import dev.hwc.reports.analysis.Consistency;
import dev.hwc.reports.analysis.Figures;
import dev.hwc.reports.analysis.Guidance;
import dev.hwc.reports.model.RunReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/**
 * Renders a report as one HTML page that needs no network and stays below 2 MB: headline, guidance,
 * roofline, charts per phase, the same numbers as tables, provenance.
 *
 * <p>The page's security policy allows only its own two scripts, by hash, and no connection.
 */
public final class HtmlReport {
    private static final String LIBRARY = "echarts-6.1.0/echarts.min.js";
    private static final int ROOFLINE_PX = 380;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final RunReport report;
    private final String library = resource(LIBRARY);
    private final String script = resource("report.js");

    private HtmlReport(RunReport report) {
        this.report = report;
    }

    /** The page as text, to be written as UTF-8. */
    public static String render(RunReport report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        return head() + "<body>\n<main>\n" + new Headline(report).html() + contradictions() + overview() + phases()
                + "<section class=\"tables\"><h2>Numbers</h2>\n" + new Tables(report).html() + "</section>\n"
                + new Provenance(report).html() + "</main>\n" + scripts() + "</body>\n</html>\n";
    }

    private String head() {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="%s">
                <title>%s</title>
                <style>
                %s</style>
                </head>
                """.formatted(policy(), Html.text(Headline.title(report)), resource("report.css"));
    }

    private String policy() {
        return "default-src 'none'; style-src 'unsafe-inline'; script-src '" + hash(library) + "' '" + hash(script)
                + "'";
    }

    private String contradictions() {
        List<String> problems = Consistency.problems(report);
        return problems.isEmpty()
                ? ""
                : "<div class=\"card warning stack\" role=\"alert\"><h3>These numbers contradict each other</h3>"
                        + items(problems) + "</div>\n";
    }

    private String overview() {
        return report.phases().isEmpty()
                ? "<p class=\"card stack\">The run has no phases.</p>\n"
                : "<div class=\"grid stack\">" + guidance() + roofline().html() + "</div>\n";
    }

    /** One item per phase; its first sentence begins with what bounds it. */
    private String guidance() {
        StringBuilder html = new StringBuilder("<section class=\"card guidance\"><h3>What it means</h3><ul>");
        for (List<String> sentences : Guidance.byPhase(report)) {
            String first = sentences.getFirst();
            int colon = first.indexOf(": ") + 1;
            html.append("<li><p><strong>")
                    .append(Html.text(first.substring(0, colon)))
                    .append("</strong>")
                    .append(Html.text(first.substring(colon)))
                    .append("</p>");
            sentences.stream()
                    .skip(1)
                    .forEach(s -> html.append("<p>").append(Html.text(s)).append("</p>"));
            html.append("</li>");
        }
        return html.append("</ul></section>\n").toString();
    }

    private ChartCard roofline() {
        String hint = "Roof: " + report.hardware().peakMacsPerCycle() + " MACs and "
                + Figures.number(report.hardware().peakBytesPerCycle())
                + " bytes per cycle. Diamonds: phases. Dots: their largest operators, over the cycles in which a"
                + " command of theirs was in progress: none can be above the roof. These cycles overlap.";
        return new ChartCard(
                "roofline",
                -1,
                "Roofline",
                hint,
                ChartText.roofline(report),
                ROOFLINE_PX,
                "table-phases",
                ChartCard.Options.NONE);
    }

    private String phases() {
        StringBuilder html = new StringBuilder();
        for (int i = 0; i < report.phases().size(); i++) {
            html.append(new PhaseSection(report.phases().get(i), i).html());
        }
        return html.toString();
    }

    private static String items(List<String> sentences) {
        StringBuilder html = new StringBuilder("<ul>");
        sentences.forEach(s -> html.append("<li>").append(Html.text(s)).append("</li>"));
        return html.append("</ul>").toString();
    }

    private String scripts() {
        String data = Html.json(MAPPER.writeValueAsString(ChartData.of(report)));
        return "<noscript><p>The charts need JavaScript; the tables hold the same numbers.</p></noscript>\n"
                + "<script type=\"application/json\" id=\"report-data\">" + data + "</script>\n<script>" + library
                + "</script>\n<script>" + script + "</script>\n";
    }

    private static String hash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
