package dev.hwc.cli.run;

import dev.hwc.cli.output.Progress;
import dev.hwc.cli.output.Streams;
import dev.hwc.compiler.image.CompiledModel;
import dev.hwc.host.device.SimulatorDevice;
import dev.hwc.host.generation.StepCost;
import dev.hwc.host.generation.StepTimer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Simulates the time of every step of a test; nothing is sampled or extrapolated. A step's cycles
 * depend on its own position only, so the steps run on all processors, each on its own device.
 */
public final class BenchRunner {
    private final CompiledModel compiled;
    private final Streams streams;
    private final ThreadLocal<StepTimer> timers;

    public BenchRunner(CompiledModel compiled, Streams streams) {
        this.compiled = compiled;
        this.streams = streams;
        this.timers = ThreadLocal.withInitial(() -> new StepTimer(compiled, new SimulatorDevice(compiled.spec())));
    }

    /** One step of a test. */
    private record Step(int tokens, int position, boolean logits, boolean resident) {}

    /** A prompt of {@code tokens} tokens after {@code depth} earlier ones, in the steps the compiler chose, logits only of the last. */
    public BenchRow prompt(int tokens, int depth) {
        List<Step> steps = new ArrayList<>();
        int done = 0;
        int before = 0;
        for (int next : compiled.promptSteps(tokens, depth)) {
            boolean last = done + next == tokens;
            steps.add(new Step(next, depth + done, last, next == before && !last));
            done += next;
            before = next;
        }
        return run("pp" + tokens + suffix(depth), steps);
    }

    /** {@code tokens} decode steps after {@code depth} earlier tokens; the first one loads the program. */
    public BenchRow generation(int tokens, int depth) {
        return run(
                "tg" + tokens + suffix(depth),
                IntStream.range(0, tokens)
                        .mapToObj(i -> new Step(1, depth + i, true, i > 0))
                        .toList());
    }

    private static String suffix(int depth) {
        return depth == 0 ? "" : "@d" + depth;
    }

    private BenchRow run(String test, List<Step> steps) {
        long start = System.nanoTime();
        try (Progress progress = new Progress(streams, test, steps.size())) {
            List<StepCost> costs =
                    steps.parallelStream().map(step -> time(step, progress)).toList();
            return new BenchRow(test, compiled.spec(), costs, (System.nanoTime() - start) * 1e-9);
        }
    }

    private StepCost time(Step step, Progress progress) {
        StepCost cost = timers.get().time(step.tokens(), step.position(), step.logits(), step.resident());
        progress.step();
        return cost;
    }
}
