package dev.hwc.host.generation;

import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.compiler.image.StepProgram;
import dev.hwc.host.device.Device;
import dev.hwc.host.device.JobRequest;
import dev.hwc.host.device.JobResult;
import dev.hwc.host.device.LoadedProgram;
import dev.hwc.host.device.Region;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A compiled model's programs and memory regions on one device. */
final class DeviceSession {
    private final CompiledModel compiled;
    private final Device device;
    private final List<Region> windows;
    private final Map<Key, Loaded> programs = new HashMap<>();

    DeviceSession(CompiledModel compiled, Device device, List<Region> windows) {
        this.compiled = compiled;
        this.device = device;
        this.windows = windows;
    }

    private record Key(int tokens, boolean logits) {}

    /** A step's program, and what the device made of it. */
    private record Loaded(StepProgram step, LoadedProgram program) {}

    /**
     * Runs one step.
     *
     * @param logits whether the logits of the last token are wanted
     * @param resident whether the previous step on the device had the same program
     */
    StepCost run(int tokens, int position, boolean logits, boolean resident) {
        Loaded loaded = programs.computeIfAbsent(new Key(tokens, logits), this::load);
        List<Long> arguments = Arrays.stream(compiled.arguments(loaded.step(), position))
                .boxed()
                .toList();
        JobResult.Ok result = device.run(new JobRequest(loaded.program(), arguments, windows, resident))
                .orThrow();
        long macs = compiled.macs(tokens, position, logits);
        return new StepCost(tokens, position, result.cycles(), macs, result.counters(), result.memory());
    }

    private Loaded load(Key key) {
        StepProgram step;
        synchronized (compiled) { // sessions on several devices may share the model
            step = compiled.step(key.tokens(), key.logits());
        }
        return new Loaded(step, device.load(step.program(), compiled.programOffset()));
    }
}
