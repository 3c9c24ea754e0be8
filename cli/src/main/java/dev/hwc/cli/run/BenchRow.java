package dev.hwc.cli.run;

import dev.hwc.host.generation.StepCost;
import dev.hwc.ir.hw.HardwareSpec;
import java.util.List;

/**
 * One test of a benchmark.
 *
 * @param test as llama-bench names it: {@code pp512}, {@code tg128}, {@code tg128@d512}
 * @param steps cost of every step of the test, in order
 * @param simulatorSeconds time the simulation took
 */
public record BenchRow(String test, HardwareSpec spec, List<StepCost> steps, double simulatorSeconds) {
    public BenchRow {
        steps = List.copyOf(steps);
    }

    /** New tokens of all steps. */
    public long tokens() {
        return steps.stream().mapToLong(StepCost::tokens).sum();
    }

    public long cycles() {
        return steps.stream().mapToLong(StepCost::cycles).sum();
    }

    /** Modelled, at the hardware's clock. */
    public double tokensPerSecond() {
        return tokens() * spec.clockMhz() * 1e6 / cycles();
    }

    /** Bytes over the memory port, read and written. */
    public long dramBytes() {
        return steps.stream()
                .mapToLong(s -> s.activity().bytesRead() + s.activity().bytesWritten())
                .sum();
    }

    /** Multiply-accumulates of the model, without padding. */
    public long macs() {
        return steps.stream().mapToLong(StepCost::macs).sum();
    }

    /** The least cycles this work can take. */
    public Roofline roofline() {
        return Roofline.of(spec, macs(), dramBytes());
    }

    /** The share of all multiply-accumulates possible in these cycles that the model needed, 0 to 1. */
    public double macUtilization() {
        return roofline().computeCycles() / cycles();
    }

    /** The share of all bytes possible in these cycles that were moved, 0 to 1. */
    public double bandwidthUtilization() {
        return roofline().memoryCycles() / cycles();
    }
}
