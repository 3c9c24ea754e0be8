package dev.hwc.demo.corpus;

import dev.hwc.demo.corpus.StoryGrammar.Plot;
import dev.hwc.demo.corpus.StoryGrammar.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Writes one story: walks a plot, fills the slots and keeps names, pronouns and things the same from the first sentence
 * to the last. An alternative is not used twice in a story while others are left.
 */
final class StoryWriter {
    private static final Pattern ARTICLE = Pattern.compile("\\b([Aa]) (?=[aeiouAEIOU])");
    private static final int TRIES = 40;

    private final StoryGrammar grammar;
    private final RandomGenerator random;
    private final Map<String, Map<String, String>> bound = new HashMap<>();
    private final Map<String, Set<Integer>> used = new HashMap<>();
    /** Sentence patterns taken so far; the rules that hold whole sentences of a plot have a dot in their names. */
    private final List<String> choices = new ArrayList<>();

    private StoryWriter(StoryGrammar grammar, RandomGenerator random) {
        this.grammar = grammar;
        this.random = random;
    }

    /** Writes a story of a random plot; the same generator state gives the same story. */
    static Story write(StoryGrammar grammar, RandomGenerator random) {
        return new StoryWriter(grammar, random).write();
    }

    private Story write() {
        Plot plot = grammar.plots().get(random.nextInt(grammar.plots().size()));
        for (String character : List.of("hero", "friend", "third")) {
            bound.put(character, plot.cast().equals("kid") ? kid() : beast());
        }
        StringBuilder text = new StringBuilder();
        for (String paragraph : plot.paragraphs()) {
            text.append(text.isEmpty() ? "" : "\n").append(expand(paragraph).strip());
        }
        String fixed = ARTICLE.matcher(text).replaceAll("$1n ");
        return new Story(plot.name() + "/" + String.join("/", choices.subList(0, 2)), fixed);
    }

    private Map<String, String> kid() {
        boolean girl = random.nextBoolean();
        Map<String, String> kid = pronouns(girl);
        kid.put("text", pick(girl ? "girl" : "boy").get("text"));
        kid.put("child", girl ? "girl" : "boy");
        return kid;
    }

    private Map<String, String> beast() {
        Map<String, String> beast = pronouns(random.nextBoolean());
        beast.putAll(pick("creature"));
        beast.put("text", pick("beastname").get("text"));
        return beast;
    }

    private static Map<String, String> pronouns(boolean female) {
        return new HashMap<>(
                female
                        ? Map.of("he", "she", "him", "her", "his", "her", "himself", "herself")
                        : Map.of("he", "he", "him", "him", "his", "his", "himself", "himself"));
    }

    /** Replaces {slot}, &lt;rule&gt; and [a|b] in a text. */
    private String expand(String text) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = switch (c) {
                case '{' -> text.indexOf('}', at);
                case '<' -> text.indexOf('>', at);
                case '[' -> closing(text, at);
                default -> at;
            };
            String inner = end > at ? text.substring(at + 1, end) : "";
            out.append(
                    switch (c) {
                        case '{' -> slot(inner);
                        case '<' -> sentence(inner);
                        case '[' -> option(inner);
                        default -> String.valueOf(c);
                    });
            at = end + 1;
        }
        return out.toString();
    }

    private String sentence(String rule) {
        String companion = rule + ".again";
        String name = used.containsKey(rule) && grammar.rules().containsKey(companion) ? companion : rule;
        return expand(first(pick(name), name));
    }

    private String option(String inner) {
        List<String> options = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (c == '|' && depth == 0) {
                options.add(inner.substring(start, i));
                start = i + 1;
            }
        }
        options.add(inner.substring(start));
        return expand(options.get(random.nextInt(options.size())));
    }

    private static int closing(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            depth += text.charAt(i) == '[' ? 1 : text.charAt(i) == ']' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("grammar: '[' without ']' in: " + text);
    }

    /** {name}, {name.field}, {he} (the hero's); a capital anywhere in the first letter of a part makes a capital. */
    private String slot(String slot) {
        boolean capital = Character.isUpperCase(slot.charAt(0));
        String[] parts = slot.toLowerCase(java.util.Locale.ROOT).split("\\.");
        Map<String, String> hero = bound.get("hero");
        if (hero != null && parts.length == 1 && hero.containsKey(parts[0]) && !parts[0].equals("food")) {
            return capitalize(hero.get(parts[0]), capital);
        }
        String rule = parts[0].replaceAll("\\d+$", "");
        Map<String, String> row = bound.computeIfAbsent(parts[0], ignored -> pick(rule));
        String field = parts.length == 1 ? (row.containsKey("text") ? "text" : firstColumn(rule)) : parts[1];
        String value = row.get(field);
        if (value == null) {
            throw new IllegalArgumentException("grammar: {" + slot + "} has no field " + field + " in " + row);
        }
        return capitalize(expand(value), capital);
    }

    private String firstColumn(String rule) {
        return rule(rule).columns().getFirst();
    }

    private String first(Map<String, String> row, String rule) {
        String value = row.get(firstColumn(rule));
        return value == null ? "" : value;
    }

    private Map<String, String> pick(String name) {
        Rule rule = rule(name);
        Set<Integer> taken = used.computeIfAbsent(name, ignored -> new HashSet<>());
        int index = random.nextInt(rule.rows().size());
        for (int i = 0; i < TRIES && taken.contains(index); i++) {
            index = random.nextInt(rule.rows().size());
        }
        taken.add(index);
        if (name.indexOf('.') > 0 && !name.startsWith("when.")) {
            choices.add(name + index);
        }
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < rule.columns().size(); i++) {
            row.put(rule.columns().get(i), rule.rows().get(index).get(i));
        }
        return row;
    }

    private Rule rule(String name) {
        Rule rule = grammar.rules().get(name);
        if (rule == null) {
            throw new IllegalArgumentException("grammar: no rule named " + name);
        }
        return rule;
    }

    private static String capitalize(String text, boolean capital) {
        return capital && !text.isEmpty() ? Character.toUpperCase(text.charAt(0)) + text.substring(1) : text;
    }
}
