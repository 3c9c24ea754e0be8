package dev.hwc.demo.check;

import dev.hwc.demo.gguf.GgufModel;
import dev.hwc.demo.token.Pieces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Questions to an exported file: how well does it predict text, and how does it go on? */
public final class ModelCheck {
    private final GgufModel model;
    private final Pieces pieces;

    /** Reads a file with its vocabulary. */
    public ModelCheck(Path file) throws IOException {
        this.model = GgufModel.read(file);
        List<?> tokens = model.get("tokenizer.ggml.tokens", List.class);
        this.pieces = new Pieces(
                tokens.stream().skip(Pieces.FIRST_TEXT).map(String.class::cast).toList());
    }

    /** The vocabulary in the file. */
    public Pieces pieces() {
        return pieces;
    }

    /**
     * A sum of negative log likelihoods.
     *
     * @param nats sum
     * @param tokens scored
     */
    public record Score(double nats, int tokens) {
        /** exp of the mean. */
        public double perplexity() {
            return Math.exp(mean());
        }

        /** Nats per token. */
        public double mean() {
            return nats / tokens;
        }

        Score plus(Score other) {
            return new Score(nats + other.nats, tokens + other.tokens);
        }
    }

    /** Scores each text by itself, begin piece first; the begin piece is not scored and no end piece follows. */
    public Score score(List<String> texts) {
        return texts.parallelStream().map(this::score).reduce(new Score(0, 0), Score::plus);
    }

    private Score score(String text) {
        PlainLlama llama = new PlainLlama(model);
        int previous = Pieces.BEGIN;
        double nats = 0;
        int[] tokens = pieces.encode(text);
        for (int token : tokens) {
            nats += negativeLogLikelihood(llama.next(previous), token);
            previous = token;
        }
        return new Score(nats, tokens.length);
    }

    /** Logits after each of these tokens, from position 0. */
    public float[][] logits(int[] tokens) {
        PlainLlama llama = new PlainLlama(model);
        float[][] logits = new float[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            logits[i] = llama.next(tokens[i]);
        }
        return logits;
    }

    /** The prompt and its greedy continuation, up to the end piece or {@code limit} tokens. */
    public String continuation(String prompt, int limit) {
        PlainLlama llama = new PlainLlama(model);
        List<Integer> all = new ArrayList<>();
        float[] logits = llama.next(Pieces.BEGIN);
        for (int token : pieces.encode(prompt)) {
            all.add(token);
            logits = llama.next(token);
        }
        for (int i = 0; i < limit; i++) {
            int best = argMax(logits);
            if (best == Pieces.END) {
                break;
            }
            all.add(best);
            logits = llama.next(best);
        }
        return pieces.decode(all.stream().mapToInt(Integer::intValue).toArray());
    }

    private static int argMax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    private static double negativeLogLikelihood(float[] logits, int token) {
        double max = logits[argMax(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return Math.log(sum) + max - logits[token];
    }
}
