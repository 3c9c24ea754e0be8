package dev.hwc.host.generation;

import dev.hwc.compiler.image.ModelJobs;
import dev.hwc.compiler.image.StepJob;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.JobRequest;
import dev.hwc.host.device.JobResult;
import dev.hwc.host.device.LoadedProgram;
import dev.hwc.host.device.Region;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model's programs and memory regions on one device. */
final class DeviceSession {
    private final ModelJobs jobs;
    private final Device device;
    private final List<Region> windows;
    private final Map<Key, Loaded> programs = new HashMap<>();

    DeviceSession(ModelJobs jobs, Device device, List<Region> windows) {
        this.jobs = jobs;
        this.device = device;
        this.windows = windows;
    }

    private record Key(int tokens, boolean logits) {}

    /** A step's program, and what the device made of it. */
    private record Loaded(StepJob step, LoadedProgram program) {}

    /**
     * Runs one step.
     *
     * @param logits whether the logits of the last token are wanted
     * @param resident whether the previous step on the device had the same program
     */
    StepCost run(int tokens, int position, boolean logits, boolean resident) {
        Loaded loaded = programs.computeIfAbsent(new Key(tokens, logits), this::load);
        List<Long> arguments = loaded.step().arguments(position);
        JobResult.Ok result = device.run(new JobRequest(loaded.program(), arguments, windows, resident))
                .orThrow();
        long macs = loaded.step().macs(position);
        return new StepCost(tokens, position, result.cycles(), macs, result.counters(), result.memory());
    }

    private Loaded load(Key key) {
        StepJob step;
        synchronized (jobs) { // sessions on several devices may share the model
            step = jobs.job(key.tokens(), key.logits());
        }
        return new Loaded(step, device.load(step.program(), jobs.programOffset()));
    }
}
