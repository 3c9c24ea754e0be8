package dev.hwc.host.generation;

import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.memory.MemoryUse;

/**
 * What a step cost on a device.
 *
 * @param tokens new tokens of the step
 * @param position of the first one
 * @param cycles from the doorbell to the completion record
 * @param macs multiply-accumulates of the model in this step, without padding
 * @param memory what the memory did besides answering
 */
public record StepCost(int tokens, int position, long cycles, long macs, Activity activity, MemoryUse memory) {}
