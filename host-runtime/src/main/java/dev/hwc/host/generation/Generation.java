package dev.hwc.host.generation;

import java.util.List;

/**
 * A finished generation.
 *
 * @param tokens generated ids
 * @param stopped whether the stop token ended it, rather than the count
 * @param prefill cost of the steps over the prompt; empty on back ends without cycles
 * @param decode cost of the steps after it: the i-th consumes generated token i and gives token i+1,
 *     so there is one fewer than tokens
 * @param wallSeconds time on the host
 */
public record Generation(
        List<Integer> tokens, boolean stopped, List<StepCost> prefill, List<StepCost> decode, double wallSeconds) {
    public Generation {
        tokens = List.copyOf(tokens);
        prefill = List.copyOf(prefill);
        decode = List.copyOf(decode);
    }

    /** Cycles from the first prompt token to the first generated one. */
    public long prefillCycles() {
        return cycles(prefill);
    }

    /** Cycles of all decode steps. */
    public long decodeCycles() {
        return cycles(decode);
    }

    private static long cycles(List<StepCost> steps) {
        return steps.stream().mapToLong(StepCost::cycles).sum();
    }
}
