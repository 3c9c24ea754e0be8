package dev.hwc.reports.html;

/**
 * The frame of one chart: title, hint, link to its table, and the words for readers who cannot see it.
 * {@code report.js} draws into it.
 *
 * @param chart name of the drawing function in {@code report.js}
 * @param phase index of the phase drawn, -1 for a chart of the whole run
 * @param title heading, plain text
 * @param hint how to read it, plain text, may be empty
 * @param words what it shows, plain text
 * @param heightPx height of the drawing
 * @param table id of the table with the same numbers
 * @param options whether it spans the page and whether it can be summed by layer
 */
record ChartCard(
        String chart, int phase, String title, String hint, String words, int heightPx, String table, Options options) {

    record Options(boolean wide, boolean byLayer) {
        static final Options NONE = new Options(false, false);
    }

    private static final String TOGGLE = "<span class=\"toggle\" role=\"group\" aria-label=\"Sum by\">"
            + "<button type=\"button\" data-view=\"kinds\" aria-pressed=\"true\">by kind</button>"
            + "<button type=\"button\" data-view=\"layers\" aria-pressed=\"false\">by layer</button></span>";

    private static final String LAYER_HINT =
            "<span data-hint=\"layers\" hidden>Elapsed cycles of the operators that belong to a layer.</span>";

    String html() {
        return """
                <figure class="card%s"><figcaption><div class="chart-head"><h3>%s</h3>%s</div>
                <p class="hint"><span data-hint="kinds">%s</span>%s <a href="#%s">Table</a></p></figcaption>
                <div class="chart" role="img" data-chart="%s" data-phase="%d" style="height:%dpx" aria-label="%s"></div>
                </figure>
                """.formatted(
                        options.wide() ? " wide" : "",
                        Html.text(title),
                        options.byLayer() ? TOGGLE : "",
                        Html.text(hint),
                        options.byLayer() ? LAYER_HINT : "",
                        table,
                        chart,
                        phase,
                        heightPx,
                        Html.text(words));
    }
}
