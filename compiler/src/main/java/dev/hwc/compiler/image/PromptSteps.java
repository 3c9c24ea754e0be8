package dev.hwc.compiler.image;

import java.util.ArrayList;
import java.util.List;

/** Cuts a prompt into steps. */
final class PromptSteps {
    private PromptSteps() {}

    /**
     * Steps of equal size, whole row tiles but for the last one.
     *
     * @param count steps wanted; at least as many as {@code maxTokens} asks for
     * @param rows of the array
     */
    static List<Integer> balanced(int tokens, int count, int maxTokens, int rows) {
        int size = Math.min(maxTokens, Math.ceilDiv(Math.ceilDiv(tokens, count), rows) * rows);
        List<Integer> steps = new ArrayList<>();
        for (int done = 0; done < tokens; done += size) {
            steps.add(Math.min(size, tokens - done));
        }
        return steps;
    }
}
