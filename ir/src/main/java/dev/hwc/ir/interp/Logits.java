package dev.hwc.ir.interp;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Questions about the logits of one token. */
public final class Logits {
    private Logits() {}

    /** A token and its logit. */
    public record Candidate(int id, float logit) {}

    /** The id of the largest logit; the lower id of equals. A NaN never wins unless all are NaN. */
    public static int argmax(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            if (logits[id] > logits[best] || (Float.isNaN(logits[best]) && !Float.isNaN(logits[id]))) {
                best = id;
            }
        }
        return best;
    }

    /** The {@code count} largest logits in falling order, lower ids first among equals. */
    public static List<Candidate> top(float[] logits, int count) {
        return IntStream.range(0, logits.length)
                .mapToObj(id -> new Candidate(id, logits[id]))
                .sorted(Comparator.comparingDouble((Candidate candidate) -> -candidate.logit()))
                .limit(count)
                .toList();
    }

    /** ln softmax(logits)[id], in double. */
    public static double logProbability(float[] logits, int id) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += StrictMath.exp(logit - max);
        }
        return logits[id] - max - StrictMath.log(sum);
    }
}
