package dev.hwc.ir.tile;

import dev.hwc.ir.IrException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of a tile program's text as words, and what a word can be. */
final class TileLines {
    /** Names of arguments, rings, loop variables and fetched values (T1). */
    static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private static final Pattern WORD = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"|[^ \\t]+");
    private static final Pattern TERM = Pattern.compile("(?:(-?\\d{1,19})\\*)?([@$!]?)(" + NAME.pattern() + ")");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,19}");

    private final List<List<Word>> lines = new ArrayList<>();
    private int at;

    /** A word, with the line and column (from 1) at which it starts. */
    record Word(String text, int line, int column) {
        Word from(int offset) {
            return new Word(text.substring(offset), line, column + offset);
        }
    }

    TileLines(String text) {
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            List<Word> words = words(line, number);
            if (!words.isEmpty() && !words.getFirst().text().startsWith("#")) {
                lines.add(words);
            }
        }
    }

    private static List<Word> words(String line, int number) {
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(new Word(matcher.group(), number, matcher.start() + 1));
        }
        return words;
    }

    boolean atEnd() {
        return at == lines.size();
    }

    boolean startsWith(String word) {
        return !atEnd() && lines.get(at).getFirst().text().equals(word);
    }

    /** The next line's words, at least one. */
    List<Word> next(String expected) {
        if (atEnd()) {
            int last = lines.isEmpty() ? 1 : lines.getLast().getFirst().line() + 1;
            throw error(new Word("", last, 1), "found the end of the text; expected " + expected);
        }
        return lines.get(at++);
    }

    /** Takes a line that closes a block, if it stands next. */
    boolean takeClose() {
        if (!startsWith("}")) {
            return false;
        }
        List<Word> line = lines.get(at++);
        if (line.size() > 1) {
            throw error(line.get(1), "found '" + line.get(1).text() + "' behind }; expected the end of the line");
        }
        return true;
    }

    /** The value of {@code key=value}. */
    Word value(Word word, String key) {
        if (!word.text().startsWith(key + "=")) {
            throw error(word, "found '" + word.text() + "'; expected " + key + "=");
        }
        return word.from(key.length() + 1);
    }

    /** The content of a quoted word. */
    String quoted(Word word) {
        String text = word.text();
        if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            throw error(word, "found '" + text + "'; expected a text in quotation marks");
        }
        StringBuilder content = new StringBuilder();
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() - 1) {
                c = text.charAt(++i);
                c = c == 'n' ? '\n' : c;
            }
            content.append(c);
        }
        return content.toString();
    }

    /** An expression such as {@code 64+952*n+$weights}. */
    Expr expression(Word word) {
        long constant = 0;
        List<Expr.Term> terms = new ArrayList<>();
        int start = 0;
        for (String part : word.text().split("\\+", -1)) {
            Word at = new Word(part, word.line(), word.column() + start);
            Matcher term = TERM.matcher(part);
            if (term.matches()) {
                terms.add(term(at, term));
            } else if (start == 0 && NUMBER.matcher(part).matches()) {
                constant = number(at, part);
            } else {
                throw error(
                        at,
                        "'" + part + "' is not a term; expected a number first, then NAME, @ARGUMENT, $RING"
                                + " or !FETCHED, each with NUMBER* before it or not");
            }
            start += part.length() + 1;
        }
        return new Expr(constant, terms);
    }

    private Expr.Term term(Word at, Matcher term) {
        String factor = term.group(1);
        String sigil = term.group(2);
        for (Expr.Kind kind : Expr.Kind.values()) {
            if (kind.sigil().equals(sigil)) {
                return new Expr.Term(kind, term.group(3), factor == null ? 1 : number(at, factor));
            }
        }
        throw new IllegalStateException("sigil " + sigil);
    }

    private long number(Word at, String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw error(at, "'" + digits + "' does not fit 64 bits");
        }
    }

    IrException error(Word word, String message) {
        return new IrException("line " + word.line() + ", column " + word.column() + ": " + message);
    }
}
