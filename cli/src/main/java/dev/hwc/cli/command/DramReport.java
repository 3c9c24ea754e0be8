package dev.hwc.cli.command;

import dev.hwc.cli.output.JsonOption;
import dev.hwc.cli.output.Numbers;
import dev.hwc.reports.model.TableUse;
import dev.hwc.sim.dram.DramRun;
import dev.hwc.sim.dram.check.TraceChecker;
import dev.hwc.sim.dram.controller.ControllerPolicy;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts.RankState;
import dev.hwc.sim.dram.energy.DramEnergy;
import dev.hwc.sim.dram.energy.EnergyTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code hwc dram} says about a run. */
record DramReport(DramRun.Result run, ControllerPolicy policy, TraceChecker checker, DramEnergy energy) {
    private static final int SHOWN = 20;

    /** What the reader must know about the figures. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!energy.unknown().isEmpty()) {
            warnings.add("energy table " + EnergyTable.DEFAULT + " does not know " + String.join(", ", energy.unknown())
                    + " of " + run.spec().name() + "; energyPicojoulesPerBit is null");
        }
        if (!energy.estimated().isEmpty()) {
            warnings.add("energy of " + run.spec().name() + ": " + String.join(", ", energy.estimated())
                    + " are scaled from another device (docs/memory.md)");
        }
        return warnings;
    }

    private double controllerNs() {
        return (policy.arrivalClocks() + policy.responseClocks()) * run.spec().nanosecondsPerClock();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(run.spec().title()).append('\n');
        text.append(Numbers.grouped(run.cycles())).append(" clocks of ");
        text.append(Numbers.decimals(run.spec().clockKhz() / 1e3, 1)).append(" MHz: ");
        text.append(Numbers.decimals(run.gigabytesPerSecond(), 2)).append(" GB/s, ");
        text.append(Numbers.decimals(run.peakPercent(), 1)).append(" % of the peak, row hits ");
        text.append(Numbers.decimals(run.rowHitPercent(), 1)).append(" %\n");
        if (run.reads() > 0) {
            text.append("read latency ").append(Numbers.decimals(run.readLatencyNs(0.5), 1));
            text.append(" ns (median), of which ").append(Numbers.decimals(controllerNs(), 1));
            text.append(" ns are the controller's own\n");
        }
        OptionalDouble perBit = perBit(energy.picojoules());
        text.append("energy ").append(perBit.isPresent() ? Numbers.decimals(perBit.getAsDouble(), 2) : "–");
        text.append(" pJ per bit (table ").append(EnergyTable.DEFAULT).append(")\n");
        text.append(Numbers.grouped(run.counts().total())).append(" commands, ");
        text.append(Numbers.grouped(checker.violations())).append(" violations of timing\n");
        return text.toString();
    }

    private OptionalDouble perBit(OptionalDouble picojoules) {
        return picojoules.isPresent()
                ? OptionalDouble.of(picojoules.getAsDouble() / (8.0 * run.bytes()))
                : OptionalDouble.empty();
    }

    ObjectNode json() {
        ObjectNode result = JsonOption.result(
                Optional.empty(),
                List.of(
                        new TableUse(run.spec().name(), "timing", "a source per value, docs/memory.md", null),
                        new TableUse(EnergyTable.DEFAULT, "energy", "a source per value, docs/memory.md", null)));
        result.put("memory", run.spec().name());
        result.put("cycles", run.cycles());
        result.put("clockMhz", run.spec().clockKhz() / 1e3);
        result.put("gigabytesPerSecond", run.gigabytesPerSecond());
        result.put("peakPercent", run.peakPercent());
        result.put("rowHitPercent", run.rowHitPercent());
        latency(result);
        energy(result);
        result.put("commands", run.counts().total());
        counts(result);
        result.put("timingViolations", checker.violations());
        violations(result, checker);
        return result;
    }

    /** The median is what an undisturbed read takes; the mean holds refreshes and queues too. */
    private void latency(ObjectNode result) {
        number(result, "readLatencyNs", latency(run.readLatencyNs(0.5)));
        number(result, "readLatencyNsMean", latency(run.readLatencyNs()));
        number(result, "readLatencyNs99", latency(run.readLatencyNs(0.99)));
        result.put("controllerLatencyNs", controllerNs());
    }

    private OptionalDouble latency(double ns) {
        return run.reads() == 0 ? OptionalDouble.empty() : OptionalDouble.of(ns);
    }

    private void energy(ObjectNode result) {
        number(result, "energyPicojoulesPerBit", perBit(energy.picojoules()));
        ObjectNode split = result.putObject("energySplitPicojoulesPerBit");
        number(split, "activate", perBit(energy.activate()));
        number(split, "column", perBit(energy.column()));
        number(split, "io", perBit(energy.io()));
        number(split, "refresh", perBit(energy.refresh()));
        number(split, "background", perBit(energy.background()));
        ArrayNode estimated = result.putArray("energyEstimates");
        energy.estimated().forEach(estimated::add);
    }

    private void counts(ObjectNode result) {
        ObjectNode counts = result.putObject("commandCounts");
        for (Command command : Command.values()) {
            if (run.counts().of(command) > 0) {
                counts.put(command.name(), run.counts().of(command));
            }
        }
        ObjectNode states = result.putObject("rankClocks");
        for (RankState state : RankState.values()) {
            states.put(state.name().toLowerCase(Locale.ROOT), run.counts().clocks(state));
        }
    }

    /** The first violations. */
    static void violations(ObjectNode result, TraceChecker checker) {
        ArrayNode list = result.putArray("violations");
        checker.firstViolations().stream().limit(SHOWN).forEach(v -> list.add(v.toString()));
    }

    private static void number(ObjectNode node, String name, OptionalDouble value) {
        if (value.isPresent()) {
            node.put(name, value.getAsDouble());
        } else {
            node.putNull(name);
        }
    }
}
