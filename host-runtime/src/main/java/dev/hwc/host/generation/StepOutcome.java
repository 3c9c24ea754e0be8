package dev.hwc.host.generation;

import java.util.Optional;

/**
 * What a step gave.
 *
 * @param logits of the last token; index is the token id
 * @param cost absent on back ends without cycles
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
public record StepOutcome(float[] logits, Optional<StepCost> cost) {}
