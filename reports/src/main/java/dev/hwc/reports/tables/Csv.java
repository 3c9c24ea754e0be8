package dev.hwc.reports.tables;

import java.util.List;
import java.util.stream.Collectors;

/** CSV by RFC 4180: lines end in CRLF; fields with comma, quote, CR or LF are quoted. */
final class Csv {
    private Csv() {}

    static String record(List<String> fields) {
        return fields.stream().map(Csv::field).collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String field(String text) {
        boolean quote = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return quote ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
