package dev.hwc.ir.format.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known name nearest to a mistyped one, for messages. */
public final class Nearest {
    private Nearest() {}

    /**
     * The candidate with the smallest edit distance to {@code name}, the alphabetically first of
     * several; empty when even that differs in more than half of the name's characters.
     */
    public static Optional<String> of(String name, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(candidate -> distance(name, candidate) <= Math.max(1, name.length() / 2));
    }

    /** {@code "; did you mean 'x'?"}, or nothing when no candidate is near. */
    public static String suggestion(String name, Collection<String> candidates) {
        return of(name, candidates)
                .map(near -> "; did you mean '" + near + "'?")
                .orElse("");
    }

    /** Levenshtein distance: insertions, deletions and substitutions that turn a into b. */
    static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.length()];
    }
}
