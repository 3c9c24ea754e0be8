package dev.hwc.sim.systolic;

import dev.hwc.sim.activity.Activity;

/**
 * What a job took.
 *
 * @param cycles from the doorbell to the completion record's answer (timing.md T19)
 * @param start cycle S at which the programs began (T18)
 */
public record RunResult(long cycles, long start, Activity activity) {}
