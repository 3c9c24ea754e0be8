package dev.hwc.reports.html;

import java.util.List;

/** A table whose first column names the row and whose other columns are numbers or short words. */
final class HtmlTable {
    private final StringBuilder html = new StringBuilder();
    private final int columns;

    /**
     * @param id anchor that charts link to
     * @param caption heading, plain text
     * @param note a line below the heading, plain text, may be empty
     * @param columns column headings, plain text
     */
    HtmlTable(String id, String caption, String note, List<String> columns) {
        this.columns = columns.size();
        html.append("<div class=\"card\" id=\"")
                .append(Html.text(id))
                .append("\"><div class=\"scroll\" tabindex=\"0\">");
        html.append("<table><caption>").append(Html.text(caption));
        if (!note.isEmpty()) {
            html.append("<span>").append(Html.text(note)).append("</span>");
        }
        html.append("</caption>\n<thead><tr>");
        for (int i = 0; i < columns.size(); i++) {
            html.append(i == 0 ? "<th scope=\"col\" class=\"text\">" : "<th scope=\"col\">")
                    .append(Html.text(columns.get(i)))
                    .append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
    }

    /** Adds a row of plain texts, one per column. */
    HtmlTable row(List<String> cells) {
        if (cells.size() != columns) {
            throw new IllegalArgumentException(cells.size() + " cells for " + columns + " columns");
        }
        html.append("<tr><th scope=\"row\">")
                .append(Html.text(cells.getFirst()))
                .append("</th>");
        cells.stream()
                .skip(1)
                .forEach(cell -> html.append("<td>").append(Html.text(cell)).append("</td>"));
        html.append("</tr>\n");
        return this;
    }

    String html() {
        return html + "</tbody></table></div></div>\n";
    }
}
