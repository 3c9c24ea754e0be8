package dev.hwc.host.generation;

import dev.hwc.compiler.image.ModelJobs;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.ReservedWindows;

/**
 * The cost of steps without their results, with or without weights. The cycles are those of the same
 * steps with data, except that every new token is read as token 0 of the embedding.
 */
public final class StepTimer {
    private final DeviceSession session;

    /** Reserves a model's memory on a device that can run jobs without data. */
    public StepTimer(ModelJobs jobs, Device device) {
        this.session = new DeviceSession(
                jobs, device, ReservedWindows.of(jobs.windowBytes(), jobs.products(), jobs.attention(), device));
    }

    /**
     * Runs one step.
     *
     * @param logits whether the logits of the last token are wanted
     * @param resident whether the device still has the program of such a step
     */
    public StepCost time(int tokens, int position, boolean logits, boolean resident) {
        return session.run(tokens, position, logits, resident);
    }
}
