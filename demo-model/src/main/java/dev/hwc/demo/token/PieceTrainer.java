package dev.hwc.demo.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Byte-pair encoding: starting from characters, the most frequent pair of neighbours inside chunks becomes a new piece,
 * again and again. Ties go to the pair that sorts first, so the same text gives the same vocabulary.
 */
public final class PieceTrainer {
    private PieceTrainer() {}

    /**
     * Learns a vocabulary.
     *
     * @param texts training texts
     * @param size pieces wanted with control and byte pieces
     */
    public static Pieces train(List<String> texts, int size) {
        Map<String, Long> counts = new TreeMap<>();
        for (String text : texts) {
            Chunks.split((" " + text).replace(' ', Pieces.SPACE))
                    .filter(chunk -> !chunk.isBlank())
                    .forEach(chunk -> counts.merge(chunk, 1L, Long::sum));
        }
        List<String[]> words = new ArrayList<>();
        Set<String> characters = new TreeSet<>();
        for (String chunk : counts.keySet()) {
            String[] symbols = chunk.codePoints().mapToObj(Character::toString).toArray(String[]::new);
            characters.addAll(Arrays.asList(symbols));
            words.add(symbols);
        }
        long[] weights = counts.values().stream().mapToLong(Long::longValue).toArray();
        Set<String> merged = new LinkedHashSet<>();
        int wanted = size - Pieces.FIRST_TEXT - characters.size();
        while (merged.size() < wanted) {
            Pair best = mostFrequent(words, weights);
            merged.add(best.left() + best.right());
            words.replaceAll(word -> merge(word, best));
        }
        List<String> text = new ArrayList<>(merged);
        text.addAll(characters);
        return new Pieces(text);
    }

    private record Pair(String left, String right) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int first = left.compareTo(other.left);
            return first != 0 ? first : right.compareTo(other.right);
        }
    }

    private static Pair mostFrequent(List<String[]> words, long[] weights) {
        Map<Pair, Long> counts = new HashMap<>();
        for (int w = 0; w < weights.length; w++) {
            String[] word = words.get(w);
            for (int i = 0; i + 1 < word.length; i++) {
                counts.merge(new Pair(word[i], word[i + 1]), weights[w], Long::sum);
            }
        }
        return counts.entrySet().stream()
                .min(Map.Entry.<Pair, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow(() -> new IllegalArgumentException("text too small for this vocabulary"))
                .getKey();
    }

    private static String[] merge(String[] word, Pair pair) {
        List<String> out = new ArrayList<>(word.length);
        for (int i = 0; i < word.length; i++) {
            boolean both = i + 1 < word.length && word[i].equals(pair.left()) && word[i + 1].equals(pair.right());
            out.add(both ? word[i] + word[++i] : word[i]);
        }
        return out.size() == word.length ? word : out.toArray(String[]::new);
    }
}
