package dev.hwc.cli.output;

import java.util.ArrayList;
import java.util.List;

/** A table in Markdown that is also aligned for reading as plain text. */
public final class TextTable {
    private final List<String> header;
    private final List<Boolean> right;
    private final List<List<String>> rows = new ArrayList<>();

    private TextTable(List<String> header, List<Boolean> right) {
        this.header = header;
        this.right = right;
    }

    /** Columns by name; a name that ends in {@code >} is set to the right, without that sign. */
    public static TextTable of(String... columns) {
        List<String> header = new ArrayList<>();
        List<Boolean> right = new ArrayList<>();
        for (String column : columns) {
            right.add(column.endsWith(">"));
            header.add(column.endsWith(">") ? column.substring(0, column.length() - 1) : column);
        }
        return new TextTable(header, right);
    }

    /** Adds a row of as many cells as columns. */
    public TextTable row(String... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException(cells.length + " cells in a table of " + header.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** Header, rule and rows, one line each. */
    public String markdown() {
        int[] widths = widths();
        StringBuilder text = new StringBuilder(line(header, widths));
        text.append('|');
        for (int c = 0; c < widths.length; c++) {
            text.append(' ')
                    .append("-".repeat(widths[c] - 1))
                    .append(right.get(c) ? ":" : "-")
                    .append(" |");
        }
        text.append('\n');
        rows.forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    private int[] widths() {
        int[] widths = new int[header.size()];
        for (int c = 0; c < widths.length; c++) {
            widths[c] = Math.max(3, header.get(c).length());
            for (List<String> row : rows) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        return widths;
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder text = new StringBuilder("|");
        for (int c = 0; c < widths.length; c++) {
            String padding = " ".repeat(widths[c] - cells.get(c).length());
            text.append(' ')
                    .append(right.get(c) ? padding + cells.get(c) : cells.get(c) + padding)
                    .append(" |");
        }
        return text.append('\n').toString();
    }
}
