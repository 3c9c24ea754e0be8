package dev.hwc.demo.token;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Cuts text into runs that no piece crosses: a word or a run of punctuation, each with the space before it. */
final class Chunks {
    private static final Pattern CHUNK = Pattern.compile(
            "\u2581?[\\p{L}']+|\u2581?[^\\p{L}'\u2581\\s]+|\u2581|\\s", Pattern.UNICODE_CHARACTER_CLASS);

    private Chunks() {}

    /** Chunks in order; together they are the text. Spaces must already be {@link Pieces#SPACE}. */
    static Stream<String> split(String text) {
        return CHUNK.matcher(text).results().map(MatchResult::group);
    }
}
