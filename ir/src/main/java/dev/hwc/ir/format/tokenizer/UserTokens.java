package dev.hwc.ir.format.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Cuts the user-defined tokens out of a text, the longest first, before a tokenizer sees the rest. */
final class UserTokens {
    private final TokenTable tokens;
    private final int[] userDefined;

    /** Plain text, or a token when {@code token} is not negative. */
    record Fragment(String text, int token) {
        boolean isToken() {
            return token >= 0;
        }
    }

    UserTokens(TokenTable tokens) {
        this.tokens = tokens;
        userDefined = IntStream.range(0, tokens.size())
                .filter(id -> tokens.type(id) == TokenType.USER_DEFINED)
                .filter(id -> !tokens.text(id).isEmpty())
                .boxed()
                .sorted(Comparator.comparingInt((Integer id) -> utf8Length(tokens.text(id)))
                        .reversed())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The text in order; no fragment of text is empty. */
    List<Fragment> fragments(String text) {
        List<Fragment> fragments = text.isEmpty() ? List.of() : List.of(new Fragment(text, -1));
        for (int id : userDefined) {
            List<Fragment> cut = new ArrayList<>();
            for (Fragment fragment : fragments) {
                cutOut(id, fragment, cut);
            }
            fragments = cut;
        }
        return fragments;
    }

    private void cutOut(int id, Fragment fragment, List<Fragment> output) {
        if (fragment.isToken()) {
            output.add(fragment);
            return;
        }
        String token = tokens.text(id);
        int from = 0;
        for (int at = fragment.text.indexOf(token); at >= 0; at = fragment.text.indexOf(token, from)) {
            addText(fragment.text.substring(from, at), output);
            output.add(new Fragment(token, id));
            from = at + token.length();
        }
        addText(fragment.text.substring(from), output);
    }

    private static void addText(String text, List<Fragment> output) {
        if (!text.isEmpty()) {
            output.add(new Fragment(text, -1));
        }
    }
}
