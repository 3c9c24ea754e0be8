package dev.hwc.reports.html;

import static dev.hwc.reports.analysis.Figures.bytes;
import static dev.hwc.reports.analysis.Figures.number;
import static dev.hwc.reports.analysis.Figures.percent;

import dev.hwc.reports.model.HardwareInfo;
import dev.hwc.reports.model.ModelInfo;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.RunReport;

/** The title and one tile per phase. */
final class Headline {
    private final RunReport report;

    Headline(RunReport report) {
        this.report = report;
    }

    static String title(RunReport report) {
        return Html.shortened(report.model().name()) + " on "
                + Html.shortened(report.hardware().name());
    }

    String html() {
        ModelInfo model = report.model();
        HardwareInfo hw = report.hardware();
        StringBuilder html = new StringBuilder(
                "<header><h1>" + Html.text(Html.shortened(model.name())) + " <span class=\"on\">on</span> "
                        + Html.text(Html.shortened(hw.name())) + "</h1>\n<p class=\"muted\">");
        html.append(Html.text(Html.shortened(model.architecture()) + ", " + number(model.parameters() / 1e6)
                + " M parameters, " + bytes(model.weightBytes()) + " of weights · " + hw.arrayRows() + " × "
                + hw.arrayCols() + " MACs at " + number(hw.clockMhz()) + " MHz · " + Html.shortened(hw.memory())
                + ", " + bytes(hw.peakBytesPerCycle() * hw.clockMhz() * 1e6) + "/s peak"));
        html.append("</p></header>\n<div class=\"grid tiles\">\n");
        report.phases().forEach(phase -> html.append(tile(phase)));
        return html.append("</div>\n").toString();
    }

    private String tile(Phase phase) {
        double clock = report.hardware().clockMhz();
        String bound = phase.boundBy().label();
        Double energy = phase.energyMillijoules();
        return "<section class=\"card\"><div class=\"tile-head\"><h2>" + Html.text(Html.shortened(phase.name()))
                + "</h2><span class=\"pill " + bound + "\">" + bound + "-bound</span></div>\n<p class=\"big\">"
                + number(phase.tokensPerSecond(clock)) + " <span>tokens/s</span></p>\n<dl class=\"stats\">"
                + stat("ms/token", number(phase.millisecondsPerToken(clock)))
                + stat("cycles/token", number(phase.cyclesPerToken()))
                + stat("of roofline", percent(phase.rooflinePercent()))
                + stat("array used", percent(100 * phase.macUtilization()))
                + stat("bandwidth used", percent(100 * phase.bandwidthUtilization()))
                + (energy == null
                        ? "<div><dt>energy/token</dt><dd class=\"absent\">" + Tables.energy(null) + "</dd></div>"
                        : stat("energy/token", Tables.energy(energy / phase.tokens())))
                + "</dl></section>\n";
    }

    private static String stat(String name, String value) {
        return "<div><dt>" + Html.text(name) + "</dt><dd>" + Html.text(value) + "</dd></div>";
    }
}
