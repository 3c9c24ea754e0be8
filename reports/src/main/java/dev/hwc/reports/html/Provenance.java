package dev.hwc.reports.html;

import static dev.hwc.reports.analysis.Figures.bytes;
import static dev.hwc.reports.analysis.Figures.count;
import static dev.hwc.reports.analysis.Figures.number;

import dev.hwc.reports.model.HardwareInfo;
import dev.hwc.reports.model.ModelInfo;
import dev.hwc.reports.model.RunReport;
import dev.hwc.reports.model.TableUse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What one needs to know to run it again, and which constants the numbers rest on. */
final class Provenance {
    private final RunReport report;
    private final StringBuilder html = new StringBuilder();

    Provenance(RunReport report) {
        this.report = report;
    }

    String html() {
        html.append("<section class=\"provenance\"><h2>Provenance</h2><div class=\"card\"><dl>\n");
        ModelInfo model = report.model();
        HardwareInfo hw = report.hardware();
        html.append("<dt>command</dt><dd><code>")
                .append(Html.text(report.command()))
                .append("</code></dd>\n");
        entry("hwc", report.hwc());
        entry(
                "model",
                model.name() + " (" + model.architecture() + "), " + count(model.parameters()) + " parameters, "
                        + bytes(model.weightBytes()));
        entry("weight types", sizes(model.weightTypes()));
        entry("hardware", hw.name());
        html.append("<dt>hardware hash</dt><dd><code>")
                .append(Html.text(hw.hash()))
                .append("</code></dd>\n");
        entry(
                "array",
                hw.arrayRows() + " × " + hw.arrayCols() + " MACs, " + hw.vectorLanes() + " vector lanes, "
                        + number(hw.clockMhz()) + " MHz");
        entry("memory", hw.memory() + ", peak " + number(hw.peakBytesPerCycle()) + " bytes per cycle");
        entry("buffers", sizes(hw.bufferBytes()));
        entry("overlap mode", report.overlapMode());
        entry("memory mode", report.memoryMode());
        report.settings().forEach(this::entry);
        html.append("</dl></div>\n").append(tables()).append("</section>\n");
        return html.toString();
    }

    private void entry(String name, String value) {
        html.append("<dt>")
                .append(Html.text(Html.shortened(name)))
                .append("</dt><dd>")
                .append(Html.text(value));
        html.append("</dd>\n");
    }

    private static String sizes(Map<String, Long> bytesByName) {
        return bytesByName.isEmpty()
                ? "none"
                : bytesByName.entrySet().stream()
                        .map(e -> e.getKey() + " " + bytes(e.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private String tables() {
        HtmlTable table = new HtmlTable(
                "table-constants",
                "Tables of constants",
                report.tables().isEmpty() ? "None was used." : "",
                List.of("table", "holds", "source", "agreement with published points"));
        for (TableUse use : report.tables()) {
            String agreement = use.agreement();
            table.row(List.of(use.name(), use.kind(), use.source(), agreement == null ? "not stated" : agreement));
        }
        return "<div class=\"stack\">" + table.html() + "</div>";
    }
}
