package dev.hwc.ir.text;

import dev.hwc.ir.IrException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads marks and words from a text, skipping white space and comments ({@code #} to the end of the
 * line), and knows the line and column of what it reads.
 */
final class TextScanner {
    private static final Pattern BLANK = Pattern.compile("(\\s|#[^\\n]*)*+");

    private final String text;
    private int offset;

    TextScanner(String text) {
        this.text = text;
        skipBlank();
    }

    boolean atEnd() {
        return offset == text.length();
    }

    /** Where the next mark or word starts, for {@link #error(int, String)}. */
    int position() {
        return offset;
    }

    /** Takes the mark if it stands next. */
    boolean take(String mark) {
        if (!text.startsWith(mark, offset)) {
            return false;
        }
        offset += mark.length();
        skipBlank();
        return true;
    }

    void expect(String mark) {
        if (!take(mark)) {
            throw error(offset, "found " + found() + "; expected '" + mark + "'");
        }
    }

    /** Takes the longest text that matches. */
    String word(Pattern pattern, String what) {
        Matcher matcher = pattern.matcher(text).region(offset, text.length());
        if (!matcher.lookingAt()) {
            throw error(offset, "found " + found() + "; expected " + what);
        }
        offset = matcher.end();
        skipBlank();
        return matcher.group();
    }

    IrException error(int position, String message) {
        int line = 1
                + (int) text.substring(0, position)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        int column = position - text.lastIndexOf('\n', position - 1);
        return new IrException("line " + line + ", column " + column + ": " + message);
    }

    private String found() {
        if (atEnd()) {
            return "the end of the text";
        }
        int end = offset;
        while (end < text.length() && end < offset + 24 && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return "'" + text.substring(offset, end) + "'";
    }

    private void skipBlank() {
        Matcher blank = BLANK.matcher(text).region(offset, text.length());
        if (blank.lookingAt()) {
            offset = blank.end();
        }
    }
}
