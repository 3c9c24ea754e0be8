package dev.hwc.reports.html;

import dev.hwc.reports.analysis.OperatorGroup;
import dev.hwc.reports.html.ChartCard.Options;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The charts of one phase; charts that stand beside each other have the same height. */
final class PhaseSection {
    /** Axis labels and name. */
    private static final int AXIS_PX = 54;

    private static final int OPERATOR_ROW_PX = 42;
    private static final int LEVEL_ROW_PX = 46;
    private static final int LEAST_PX = 240;
    private static final int LINE_PX = 240;

    private final Phase phase;
    private final int index;

    PhaseSection(Phase phase, int index) {
        this.phase = phase;
        this.index = index;
    }

    String html() {
        List<ChartCard> cards = new ArrayList<>();
        if (!phase.operators().isEmpty()) {
            cards.addAll(operators());
        }
        cards.addAll(enginesAndLevels());
        if (phase.perTokenCycles().size() > 1) {
            cards.add(tokens());
        }
        return cards.stream()
                .map(ChartCard::html)
                .collect(Collectors.joining(
                        "",
                        "<section><h2>" + Html.text(Html.shortened(phase.name())) + "</h2>\n<div class=\"grid\">\n",
                        "</div></section>\n"));
    }

    private List<ChartCard> operators() {
        int height = rows(
                OPERATOR_ROW_PX, OperatorGroup.byKind(phase, ChartData.KINDS).size());
        boolean layers = phase.operators().stream().map(OperatorCost::layer).anyMatch(l -> l != null);
        return List.of(
                new ChartCard(
                        "operators",
                        index,
                        "Cycles per operator",
                        "Pale: elapsed. On it: how long each engine worked; engines overlap.",
                        ChartText.operators(phase),
                        height,
                        anchor("operators"),
                        new Options(false, layers)),
                card(
                        "bounds",
                        "What bounds each operator",
                        "Elapsed cycles by the bound of each operator.",
                        ChartText.bounds(phase),
                        height,
                        "operators"));
    }

    private List<ChartCard> enginesAndLevels() {
        int height = rows(LEVEL_ROW_PX, ChartData.levels(phase).size());
        List<ChartCard> cards = new ArrayList<>();
        if (!phase.engines().isEmpty()) {
            cards.add(card(
                    "stalls",
                    "Engines: work and stalls by cause",
                    "Share of the phase's cycles; idle is having nothing to do.",
                    ChartText.stalls(phase),
                    height,
                    "stalls"));
        }
        cards.add(card(
                "levels",
                "Bytes per level",
                "Per token, at the ports of each level." + ChartText.content(phase),
                ChartText.levels(phase),
                height,
                "levels"));
        return cards;
    }

    private ChartCard tokens() {
        int step = ChartData.perToken(phase.perTokenCycles()).step();
        String hint = "The axis does not start at zero." + (step == 1 ? "" : " Each point is a mean of " + step + ".");
        return new ChartCard(
                "tokens",
                index,
                "Cycles per token",
                hint,
                ChartText.tokens(phase),
                LINE_PX,
                anchor("tokens"),
                new Options(true, false));
    }

    private ChartCard card(String chart, String title, String hint, String words, int heightPx, String table) {
        return new ChartCard(chart, index, title, hint, words, heightPx, anchor(table), Options.NONE);
    }

    private String anchor(String table) {
        return "p" + index + "-" + table;
    }

    private static int rows(int rowPx, int rows) {
        return Math.max(LEAST_PX, AXIS_PX + rowPx * rows);
    }
}
