package dev.hwc.cli.run;

import dev.hwc.host.generation.StepCost;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Queue;
import dev.hwc.reports.model.Bound;
import java.util.List;
import java.util.OptionalDouble;

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

    /** Of {@link #dramBytes}, the codes of weights. */
    public long weightCodeBytes() {
        return steps.stream().mapToLong(s -> s.activity().weightCodeBytes()).sum();
    }

    /** Of {@link #dramBytes}, the scales and offsets of weights. */
    public long weightScaleBytes() {
        return steps.stream().mapToLong(s -> s.activity().weightScaleBytes()).sum();
    }

    /** Multiply-accumulates of the model, without padding. */
    public long macs() {
        return steps.stream().mapToLong(StepCost::macs).sum();
    }

    /** The least cycles this work can take. */
    public Roofline roofline() {
        return Roofline.of(spec, arrayMacs(), dramBytes(), unitCycles());
    }

    /** What limits the test: {@code feed}, or the largest bound of the roofline. */
    public String bound() {
        long feed =
                steps.stream().mapToLong(s -> s.activity().busy(Queue.MATRIX)).sum();
        Roofline roofline = roofline();
        return 2 * feed > cycles() && roofline.isExceededBy(feed)
                ? Bound.FEED.label()
                : roofline.bound().text();
    }

    private double unitCycles() {
        return steps.stream().mapToDouble(s -> s.memory().unitCycles()).sum();
    }

    /** Those of the model that the array computes: of steps with products in memory, what it did. */
    private long arrayMacs() {
        return steps.stream()
                .mapToLong(s -> s.memory().unitCycles() == 0
                        ? s.macs()
                        : Math.min(s.macs(), s.activity().macs()))
                .sum();
    }

    /** Energy of the memory, with memory that computes; empty where it is not known. */
    public OptionalDouble memoryMillijoulesPerToken() {
        return MemoryEnergy.millijoulesPerToken(steps);
    }

    /** The share of all multiply-accumulates possible on the array in these cycles that the model needed, 0 to 1. */
    public double macUtilization() {
        return roofline().computeCycles() / cycles();
    }

    /** The share of all bytes possible in these cycles that were moved, 0 to 1. */
    public double bandwidthUtilization() {
        return roofline().memoryCycles() / cycles();
    }

    /** As {@link #bandwidthUtilization}, weights counted at their nominal bits, without scales, as some publications do. */
    public double nominalBandwidthUtilization() {
        return bandwidthUtilization() * (dramBytes() - weightScaleBytes()) / dramBytes();
    }
}
