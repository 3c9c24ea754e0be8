package dev.hwc.host.generation;

import dev.hwc.compiler.image.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model on some back end that turns token ids into logits, one sequence at a time. It remembers
 * the sequence (KV cache). Not for several threads at once.
 */
public interface TokenModel extends AutoCloseable {
    /** Tokens a sequence can have. */
    int contextLength();

    /** Token ids are 0 to this minus one; so are the indices of logits. */
    int vocabularySize();

    /** Tokens one step can have at most. */
    int maxTokens();

    /**
     * How many tokens the steps of a prompt should have, in order; each 1 to {@link #maxTokens()}.
     *
     * @param tokens of the prompt
     * @param position of its first token
     */
    default List<Integer> promptSteps(int tokens, int position) {
        List<Integer> steps = new ArrayList<>();
        for (int done = 0; done < tokens; done += maxTokens()) {
            steps.add(Math.min(maxTokens(), tokens - done));
        }
        return steps;
    }

    /**
     * Runs new tokens.
     *
     * @param tokens 1 to {@link #maxTokens()} ids
     * @param position of the first one; tokens remembered from there on are forgotten
     * @return the logits of the last token, and the cost where the back end counts it
     */
    StepOutcome step(int[] tokens, int position);

    /**
     * Runs new tokens whose logits nobody reads: a part of a prompt that is not its last. Back ends may
     * leave the vocabulary projection out.
     *
     * @return the cost where the back end counts it
     */
    default Optional<StepCost> absorb(int[] tokens, int position) {
        return step(tokens, position).cost();
    }

    /** Where the products of a step of so many tokens are computed, and why; none where there is no choice. */
    default List<Placement> placements(int tokens) {
        return List.of();
    }

    @Override
    void close();
}
