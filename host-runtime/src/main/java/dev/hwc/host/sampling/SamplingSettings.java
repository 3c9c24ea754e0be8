package dev.hwc.host.sampling;

import dev.hwc.host.HostException;

/**
 * How tokens are drawn. The steps apply in the order of the components.
 *
 * @param temperature divides the logits; 0 means greedy, and then nothing else matters
 * @param topK keeps the k most likely tokens; 0 keeps all
 * @param topP keeps the fewest most likely tokens whose probabilities reach p; 1 keeps all
 * @param seed of the random generator L64X128MixRandom
 */
public record SamplingSettings(double temperature, int topK, double topP, long seed) {
    /** Always the most likely token. */
    public static final SamplingSettings GREEDY = new SamplingSettings(0, 0, 1, 0);

    public SamplingSettings {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new HostException(
                    "temperature is " + temperature + "; allowed are finite numbers from 0 (greedy) upwards");
        }
        if (topK < 0) {
            throw new HostException("top-k is " + topK + "; allowed are 1 and more, or 0 for all tokens");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new HostException("top-p is " + topP + "; allowed are numbers above 0 up to 1 (all tokens)");
        }
    }

    /** A new sampler with these settings, its random generator at the start. */
    public Sampler sampler() {
        return temperature == 0 ? Sampler.GREEDY : new TemperatureSampler(this);
    }
}
