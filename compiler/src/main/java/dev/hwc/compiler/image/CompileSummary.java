package dev.hwc.compiler.image;

import dev.hwc.ir.isa.Queue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known about a step before it runs.
 *
 * @param tokens new tokens of the step
 * @param position tokens in the KV cache before it
 * @param instructions in all queues
 * @param weightBytes of the model, packed
 * @param scratchpadPeakBytes what the step uses of the scratchpads together
 * @param engines commands that each engine executes, by name
 * @param bounds least cycles per kind of operator, in the order of the program
 */
public record CompileSummary(
        int tokens,
        long position,
        int instructions,
        long weightBytes,
        long scratchpadPeakBytes,
        Map<String, Long> engines,
        List<OperatorBound> bounds) {

    /**
     * Least cycles of all operators of a kind; engines work side by side, so the largest bounds.
     *
     * @param kind e.g. {@code gate_up}
     * @param memoryCycles bytes loaded and stored at the memory's full rate
     * @param matrixCycles feed cycles (timing.md T12)
     * @param vectorCycles without zero-filling (timing.md T15)
     * @param macs multiply-accumulates of the rows and columns in use, with padding of the inner dimension
     */
    public record OperatorBound(String kind, long memoryCycles, long matrixCycles, long vectorCycles, long macs) {
        /** {@code memory}, {@code matrix} or {@code vector}. */
        public String bound() {
            if (memoryCycles >= matrixCycles && memoryCycles >= vectorCycles) {
                return "memory";
            }
            return matrixCycles >= vectorCycles ? "matrix" : "vector";
        }

        /** Cycles the operators take at least. */
        public long cycles() {
            return Math.max(memoryCycles, Math.max(matrixCycles, vectorCycles));
        }
    }

    public CompileSummary {
        engines = Collections.unmodifiableMap(new LinkedHashMap<>(engines));
        bounds = List.copyOf(bounds);
    }

    /** The summary of a step of this many new tokens at a position. */
    public static CompileSummary of(CompiledModel model, int tokens, long position) {
        StepProgram step = model.step(tokens);
        StepCosts costs = StepCosts.of(step.tiles(), model.spec(), model.arguments(step, position));
        Map<String, Long> engines = new LinkedHashMap<>();
        for (Queue queue : Queue.values()) {
            engines.put(queue.text(), costs.commands(queue));
        }
        return new CompileSummary(
                tokens,
                position,
                step.program().size(),
                model.layout().weightBytes(),
                step.scratchpadPeakBytes(),
                engines,
                costs.bounds());
    }
}
