package dev.hwc.demo.train;

/**
 * How a training run goes: every fourth step has sequences of the whole context, the others of 256 tokens; the rate
 * rises linearly, stays, and falls linearly to zero over the last part. A run that is continued rises again first.
 *
 * @param steps of {@link #TOKENS_PER_STEP} tokens each
 * @param peak highest learning rate
 * @param warmUp steps of rising rate
 * @param decay steps of falling rate, at most {@code steps}
 */
public record Schedule(int steps, double peak, int warmUp, int decay) {
    /** Tokens of one step. */
    public static final int TOKENS_PER_STEP = 1024;

    private static final int SHORT = 256;

    /**
     * Tokens per sequence.
     *
     * @param step 1..steps
     */
    int length(int step, int context) {
        return step % 4 == 0 ? context : Math.min(SHORT, context);
    }

    /**
     * The learning rate.
     *
     * @param step 1..steps
     * @param done steps before this process began
     */
    double rate(int step, int done) {
        double rising = Math.min(1, (step - done) / (double) warmUp);
        double falling = Math.min(1, (steps - step + 1) / (double) decay);
        return peak * rising * falling;
    }
}
