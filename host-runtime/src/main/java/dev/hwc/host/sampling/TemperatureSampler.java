package dev.hwc.host.sampling;

import dev.hwc.ir.interp.Logits;
import dev.hwc.ir.interp.Logits.Candidate;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws a token with probability softmax(logits / temperature), restricted to the top k and to the
 * top p. Probabilities are computed in double by StrictMath from the most likely token downwards, so
 * the choice does not depend on the machine. A NaN logit is never drawn unless all are NaN.
 */
final class TemperatureSampler implements Sampler {
    private static final String ALGORITHM = "L64X128MixRandom";

    private final SamplingSettings settings;
    private final RandomGenerator random;

    TemperatureSampler(SamplingSettings settings) {
        this.settings = settings;
        this.random = java.util.random.RandomGeneratorFactory.of(ALGORITHM).create(settings.seed());
    }

    @Override
    public int sample(float[] logits) {
        int keep = settings.topK() == 0 ? logits.length : settings.topK();
        List<Candidate> candidates = Logits.top(logits, keep);
        double[] weights = weights(candidates);
        int count = withinTopP(weights);
        double draw = random.nextDouble() * sum(weights, count);
        for (int i = 0; i < count - 1; i++) {
            draw -= weights[i];
            if (draw < 0) {
                return candidates.get(i).id();
            }
        }
        return candidates.get(count - 1).id();
    }

    /** exp of the scaled distance to the largest logit; in falling order, the first is 1. */
    private double[] weights(List<Candidate> candidates) {
        double largest = candidates.getFirst().logit();
        double[] weights = new double[candidates.size()];
        for (int i = 0; i < weights.length; i++) {
            double distance = (candidates.get(i).logit() - largest) / settings.temperature();
            weights[i] = distance <= 0 ? StrictMath.exp(distance) : i == 0 ? 1 : 0;
        }
        return weights;
    }

    /** The length of the shortest prefix that has at least the share p of all weight; at least 1. */
    private int withinTopP(double[] weights) {
        double needed = settings.topP() * sum(weights, weights.length);
        double reached = 0;
        for (int i = 0; i < weights.length; i++) {
            reached += weights[i];
            if (reached >= needed && settings.topP() < 1) {
                return i + 1;
            }
        }
        return weights.length;
    }

    private static double sum(double[] values, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        return sum;
    }
}
