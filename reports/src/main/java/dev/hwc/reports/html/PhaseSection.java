package dev.hwc.reports.html;

import dev.hwc.reports.analysis.OperatorGroup;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;

/** The charts of one phase. The drawing is done by {@code report.js}; here stand frame and words. */
final class PhaseSection {
    private static final int FRAME_PX = 84;
    private static final int OPERATOR_ROW_PX = 44;
    private static final int BOUND_ROW_PX = 34;
    private static final int ENGINE_ROW_PX = 48;
    private static final int LEVEL_ROW_PX = 46;
    private static final int LEAST_PX = 240;
    private static final int LINE_PX = 240;

    private final Phase phase;
    private final int index;
    private final StringBuilder html = new StringBuilder();

    PhaseSection(Phase phase, int index) {
        this.phase = phase;
        this.index = index;
    }

    String html() {
        html.append("<section><h2>")
                .append(Html.text(Html.shortened(phase.name())))
                .append("</h2>\n");
        html.append("<div class=\"grid\">\n");
        if (!phase.operators().isEmpty()) {
            operators();
        }
        if (!phase.engines().isEmpty()) {
            chart(
                    "stalls",
                    "Engines: work and stalls by cause",
                    "Share of the phase's cycles. Idle: nothing to do.",
                    rows(ENGINE_ROW_PX, phase.engines().size()),
                    ChartText.stalls(phase),
                    "",
                    "stalls");
        }
        chart(
                "levels",
                "Bytes per level",
                "Per token, at the ports of each level." + ChartText.content(phase),
                rows(LEVEL_ROW_PX, ChartData.levels(phase).size()),
                ChartText.levels(phase),
                "",
                "levels");
        if (phase.perTokenCycles().size() > 1) {
            chart("tokens", "Cycles per token", tokenHint(), LINE_PX, ChartText.tokens(phase), " wide", "tokens");
        }
        return html.append("</div></section>\n").toString();
    }

    private void operators() {
        int kinds = OperatorGroup.byKind(phase, ChartData.KINDS).size();
        chart(
                "operators",
                "Cycles per operator",
                "Pale: elapsed. On it: how long each engine worked; engines overlap.",
                rows(OPERATOR_ROW_PX, kinds),
                ChartText.operators(phase),
                "",
                "operators");
        chart(
                "bounds",
                "What bounds each operator",
                "Elapsed cycles by the bound of each operator.",
                rows(BOUND_ROW_PX, kinds),
                ChartText.bounds(phase),
                "",
                "operators");
    }

    private static int rows(int rowPx, int rows) {
        return Math.max(LEAST_PX, FRAME_PX + rowPx * rows);
    }

    private String tokenHint() {
        int step = ChartData.perToken(phase.perTokenCycles()).step();
        return step == 1 ? "" : "Each point is the mean of " + step + " tokens.";
    }

    private void chart(String chart, String title, String hint, int heightPx, String words, String css, String table) {
        html.append("<figure class=\"card").append(css).append("\"><figcaption><div class=\"chart-head\"><h3>");
        html.append(Html.text(title)).append("</h3>");
        if (chart.equals("operators") && hasLayers()) {
            html.append("<span class=\"toggle\" role=\"group\" aria-label=\"Sum by\">")
                    .append("<button type=\"button\" data-view=\"kinds\" aria-pressed=\"true\">by kind</button>")
                    .append(
                            "<button type=\"button\" data-view=\"layers\" aria-pressed=\"false\">by layer</button></span>");
        }
        html.append("</div>");
        if (!hint.isEmpty()) {
            html.append("<p class=\"hint\">").append(Html.text(hint)).append("</p>");
        }
        html.append("</figcaption>\n<div class=\"chart\" role=\"img\" data-chart=\"")
                .append(chart);
        html.append("\" data-phase=\"")
                .append(index)
                .append("\" style=\"height:")
                .append(heightPx);
        html.append("px\" aria-label=\"").append(Html.text(words)).append("\"></div>\n");
        html.append("<p class=\"links\"><a href=\"#p").append(index).append('-').append(table);
        html.append("\">Table</a></p></figure>\n");
    }

    private boolean hasLayers() {
        return phase.operators().stream().map(OperatorCost::layer).anyMatch(l -> l != null);
    }
}
