/**
 * From logits to a token: greedy, or drawn at a temperature from the most likely tokens. Nothing here
 * knows where logits come from. Same logits, same settings, same seed: same token, on every machine.
 * Read {@link dev.hwc.host.sampling.Sampler} first, then {@link
 * dev.hwc.host.sampling.TemperatureSampler}.
 */
@NullMarked
package dev.hwc.host.sampling;

import org.jspecify.annotations.NullMarked;
