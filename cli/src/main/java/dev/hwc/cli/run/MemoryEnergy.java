package dev.hwc.cli.run;

import dev.hwc.host.generation.StepCost;
import java.util.List;
import java.util.OptionalDouble;

/** Energy of the memory over some steps. */
public final class MemoryEnergy {
    private MemoryEnergy() {}

    /** Per new token; empty without steps, and where that of a step is not known. */
    public static OptionalDouble millijoulesPerToken(List<StepCost> steps) {
        if (steps.isEmpty()
                || steps.stream().anyMatch(step -> step.memory().picojoules().isEmpty())) {
            return OptionalDouble.empty();
        }
        double picojoules = steps.stream()
                .mapToDouble(step -> step.memory().picojoules().orElseThrow())
                .sum();
        return OptionalDouble.of(
                picojoules * 1e-9 / steps.stream().mapToLong(StepCost::tokens).sum());
    }
}
