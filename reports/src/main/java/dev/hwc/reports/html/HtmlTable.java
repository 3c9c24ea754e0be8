package dev.hwc.reports.html;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table whose first column names the row and whose other columns are numbers or short words. */
final class HtmlTable {
    /** A table with more rows may be broken over printed pages. */
    private static final int ROWS_ON_A_PAGE = 20;

    private final String id;
    private final String caption;
    private final String note;
    private final List<String> columns;
    private final List<String> rows = new ArrayList<>();

    /**
     * @param id anchor that charts link to
     * @param caption heading, plain text
     * @param note a line below the heading, plain text, may be empty
     * @param columns column headings, plain text
     */
    HtmlTable(String id, String caption, String note, List<String> columns) {
        this.id = id;
        this.caption = caption;
        this.note = note;
        this.columns = columns;
    }

    /** Adds a row of plain texts, one per column. */
    HtmlTable row(List<String> cells) {
        if (cells.size() != columns.size()) {
            throw new IllegalArgumentException(cells.size() + " cells for " + columns.size() + " columns");
        }
        rows.add(cells.stream()
                .skip(1)
                .map(cell -> "<td>" + Html.text(cell) + "</td>")
                .collect(Collectors.joining(
                        "", "<tr><th scope=\"row\">" + Html.text(cells.getFirst()) + "</th>", "</tr>\n")));
        return this;
    }

    String html() {
        return """
                <div class="card%s" id="%s"><div class="scroll" tabindex="0"><table><caption>%s%s</caption>
                <thead><tr>%s</tr></thead>
                <tbody>
                %s</tbody></table></div></div>
                """.formatted(
                        rows.size() > ROWS_ON_A_PAGE ? " long" : "",
                        Html.text(id),
                        Html.text(caption),
                        note.isEmpty() ? "" : "<span>" + Html.text(note) + "</span>",
                        columns.stream()
                                .map(c -> "<th scope=\"col\">" + Html.text(c) + "</th>")
                                .collect(Collectors.joining()),
                        String.join("", rows));
    }
}
