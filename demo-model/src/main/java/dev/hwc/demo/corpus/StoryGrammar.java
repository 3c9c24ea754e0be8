package dev.hwc.demo.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hand-written plots and rules, read from text. A plot is a list of paragraphs; a rule is a list of alternatives, or a
 * table with named columns. The notation is explained at the top of {@code stories/common.txt}.
 *
 * @param plots in file order
 * @param rules by name
 */
public record StoryGrammar(List<Plot> plots, Map<String, Rule> rules) {
    private static final List<String> FILES =
            List.of("common.txt", "kids1.txt", "kids2.txt", "beasts.txt", "short.txt", "more.txt");

    public StoryGrammar {
        plots = List.copyOf(plots);
        rules = Map.copyOf(rules);
    }

    /**
     * The skeleton of a story.
     *
     * @param name unique
     * @param cast {@code kid} or {@code beast}: what the characters are
     * @param paragraphs texts with slots and rule references
     */
    public record Plot(String name, String cast, List<String> paragraphs) {
        public Plot {
            paragraphs = List.copyOf(paragraphs);
        }
    }

    /**
     * Alternatives of which one is taken.
     *
     * @param columns names of the cells of a row; a plain rule has the one column {@code text}
     * @param rows each as long as {@code columns}
     */
    public record Rule(List<String> columns, List<List<String>> rows) {
        public Rule {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }
    }

    /** Reads the grammar that ships with the program. */
    public static StoryGrammar load() {
        StringBuilder all = new StringBuilder();
        for (String file : FILES) {
            all.append(read("/stories/" + file)).append("\n\n");
        }
        return parse(all.toString());
    }

    /** Parses the notation of {@code stories/common.txt}; a malformed row is an {@link IllegalArgumentException}. */
    public static StoryGrammar parse(String text) {
        List<Plot> plots = new ArrayList<>();
        Map<String, Rule> rules = new LinkedHashMap<>();
        for (String block : text.split("\n\\s*\n")) {
            List<String> lines = block.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
            if (lines.isEmpty()) {
                continue;
            }
            if (lines.getFirst().startsWith("plot ")) {
                plots.add(plot(lines));
            } else {
                addRule(lines, rules);
            }
        }
        return new StoryGrammar(plots, rules);
    }

    private static Plot plot(List<String> lines) {
        String[] head = lines.getFirst().split(" ");
        return new Plot(head[1], head[2], lines.subList(1, lines.size()));
    }

    private static void addRule(List<String> lines, Map<String, Rule> rules) {
        String head = lines.getFirst();
        if (!head.startsWith("= ")) {
            throw new IllegalArgumentException("grammar: found '" + head + "', expected '= rule' or 'plot name cast'");
        }
        int open = head.indexOf('(');
        List<String> columns = open < 0 ? List.of("text") : cells(head.substring(open + 1, head.indexOf(')')), ",");
        String name = (open < 0 ? head.substring(2) : head.substring(2, open)).strip();
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> row = open < 0 ? List.of(line.strip()) : cells(line, ";");
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("grammar: rule " + name + " needs " + columns + ", found " + line);
            }
            rows.add(row);
        }
        if (rules.put(name, new Rule(columns, rows)) != null) {
            throw new IllegalArgumentException("grammar: rule " + name + " is defined twice");
        }
    }

    private static List<String> cells(String line, String separator) {
        return Arrays.stream(line.split(separator)).map(String::strip).toList();
    }

    private static String read(String resource) {
        try (InputStream in = StoryGrammar.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource " + resource + " is missing from the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
