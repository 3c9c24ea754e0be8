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
    private final Map<Integer, Loaded> programs = new HashMap<>();

    DeviceSession(CompiledModel compiled, Device device, List<Region> windows) {
        this.compiled = compiled;
        this.device = device;
        this.windows = windows;
    }

    /** A step's program, and what the device made of it. */
    private record Loaded(StepProgram step, LoadedProgram program) {}

    /**
     * Runs one step.
     *
     * @param resident whether the previous step on the device had as many tokens
     */
    StepCost run(int tokens, int position, boolean resident) {
        Loaded loaded = programs.computeIfAbsent(tokens, this::load);
        List<Long> arguments = Arrays.stream(compiled.arguments(loaded.step(), position))
                .boxed()
                .toList();
        JobResult.Ok result = device.run(new JobRequest(loaded.program(), arguments, windows, resident))
                .orThrow();
        long macs = compiled.tensors().macs(tokens, position);
        return new StepCost(tokens, position, result.cycles(), macs, result.counters());
    }

    private Loaded load(int tokens) {
        StepProgram step;
        synchronized (compiled) { // sessions on several devices may share the model
            step = compiled.step(tokens);
        }
        return new Loaded(step, device.load(step.program(), compiled.programOffset()));
    }
}
