package dev.hwc.ir.format.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Cuts tokens of some types out of a text, the longest first, before a tokenizer sees the rest. */
final class UserTokens {
    private final TokenTable tokens;
    private final int[] cut;

    /** Plain text, or a token when {@code token} is not negative. */
    record Fragment(String text, int token) {
        boolean isToken() {
            return token >= 0;
        }
    }

    /** Those that a user may write. */
    UserTokens(TokenTable tokens) {
        this(tokens, Set.of(TokenType.USER_DEFINED));
    }

    /** Those and control tokens. */
    static UserTokens andControl(TokenTable tokens) {
        return new UserTokens(tokens, Set.of(TokenType.USER_DEFINED, TokenType.CONTROL));
    }

    private UserTokens(TokenTable tokens, Set<TokenType> types) {
        this.tokens = tokens;
        cut = IntStream.range(0, tokens.size())
                .filter(id -> types.contains(tokens.type(id)))
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
        for (int id : cut) {
            List<Fragment> pieces = new ArrayList<>();
            for (Fragment fragment : fragments) {
                cutOut(id, fragment, pieces);
            }
            fragments = pieces;
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
