package dev.hwc.host.sampling;

import dev.hwc.ir.interp.Logits;

/** Chooses the next token. May hold the state of a random generator: one per sequence. */
public interface Sampler {
    /** The most likely token; of equals the lower id. */
    Sampler GREEDY = Logits::argmax;

    /** The id chosen, an index into {@code logits}. */
    int sample(float[] logits);
}
