package dev.hwc.host.generation;

import dev.hwc.host.HostException;
import dev.hwc.ir.interp.Logits;
import java.util.function.IntConsumer;

/**
 * How well a model predicts a text.
 *
 * @param nll mean negative log likelihood per scored token, in nats
 * @param scored predicted tokens: all but the first of each chunk
 */
public record TextScore(double nll, int scored) {
    /** exp(nll). */
    public double perplexity() {
        return Math.exp(nll);
    }

    /**
     * Teacher forcing: each token is predicted from the true tokens before it. A text longer than the
     * context is scored in chunks of the context's length, each beginning with the first token again.
     *
     * @param tokens the text, BOS first; at least two tokens
     * @param progress is told the number of tokens scored so far
     */
    public static TextScore of(TokenModel model, int[] tokens, IntConsumer progress) {
        if (tokens.length < 2) {
            throw new HostException("a text of " + tokens.length + " tokens, BOS included; at least 2 are needed");
        }
        double sum = 0;
        int position = 0;
        int current = tokens[0];
        for (int i = 1; i < tokens.length; i++) {
            if (position == model.contextLength()) {
                position = 0;
                current = tokens[0];
            }
            float[] logits = model.step(new int[] {current}, position++).logits();
            sum -= Logits.logProbability(logits, tokens[i]);
            current = tokens[i];
            progress.accept(i);
        }
        return new TextScore(sum / (tokens.length - 1), tokens.length - 1);
    }
}
