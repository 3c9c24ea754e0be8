package dev.hwc.ir.interp;

import dev.hwc.ir.IrException;

/**
 * How well a model predicts a text.
 *
 * @param nll mean negative log likelihood per scored token, in nats
 * @param tokens number of tokens of the text, BOS included
 */
public record Perplexity(double nll, int tokens) {
    /** Number of predicted tokens: all but the first. */
    public int scored() {
        return tokens - 1;
    }

    /** exp(nll). */
    public double ppl() {
        return Math.exp(nll);
    }

    /**
     * Teacher forcing: each token is predicted from the true tokens before it.
     *
     * @param interpreter its sequence is replaced by the text
     * @param tokens the text, BOS first; at least two tokens
     */
    public static Perplexity of(Interpreter interpreter, int[] tokens) {
        if (tokens.length < 2) {
            throw new IrException("perplexity of " + tokens.length + " tokens; at least 2 are needed");
        }
        double sum = 0;
        for (int i = 0; i + 1 < tokens.length; i++) {
            float[] logits = interpreter.step(new int[] {tokens[i]}, i);
            sum -= Logits.logProbability(logits, tokens[i + 1]);
        }
        return new Perplexity(sum / (tokens.length - 1), tokens.length);
    }
}
