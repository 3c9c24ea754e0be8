package dev.hwc.host.generation;

import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.memory.MemoryUse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A model whose most likely next token is the last one plus one; it records its steps. */
final class CountingModel implements TokenModel {
    static final int VOCABULARY = 16;

    private final int contextLength;
    private final int maxTokens;
    final List<String> steps = new ArrayList<>();

    CountingModel(int contextLength, int maxTokens) {
        this.contextLength = contextLength;
        this.maxTokens = maxTokens;
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    @Override
    public int vocabularySize() {
        return VOCABULARY;
    }

    @Override
    public int maxTokens() {
        return maxTokens;
    }

    @Override
    public StepOutcome step(int[] tokens, int position) {
        steps.add(Arrays.toString(tokens) + "@" + position);
        float[] logits = new float[VOCABULARY];
        logits[(tokens[tokens.length - 1] + 1) % VOCABULARY] = 1;
        StepCost cost = new StepCost(
                tokens.length, position, 100L * tokens.length, 0, new Activity(List.of()), MemoryUse.UNKNOWN);
        return new StepOutcome(logits, Optional.of(cost));
    }

    @Override
    public void close() {
        steps.add("closed");
    }
}
