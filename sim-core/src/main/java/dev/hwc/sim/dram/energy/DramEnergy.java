package dev.hwc.sim.dram.energy;

import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.CommandCounts.RankState;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Energy of a channel in picojoules, by what it went into. A part whose coefficient is unknown although it was needed is
 * absent, and so is the sum.
 *
 * @param activate opening and closing rows
 * @param column moving bits between rows and the device's edge
 * @param io driving the data bus
 * @param refresh all-bank and per-bank refreshes
 * @param background of ranks, by state, over the whole time
 * @param unknown coefficients that were missing
 * @param estimated coefficients that are scaled from another device
 */
public record DramEnergy(
        OptionalDouble activate,
        OptionalDouble column,
        OptionalDouble io,
        OptionalDouble refresh,
        OptionalDouble background,
        List<String> unknown,
        List<String> estimated) {

    public DramEnergy {
        unknown = List.copyOf(unknown);
        estimated = List.copyOf(estimated);
    }

    /** What commands and states cost. */
    public static DramEnergy of(DramSpec spec, CommandCounts counts, EnergyTable table) {
        return of(spec, counts, table, spec.name());
    }

    /**
     * The same with the coefficients of another memory.
     *
     * @param memory name in the table
     */
    public static DramEnergy of(DramSpec spec, CommandCounts counts, EnergyTable table, String memory) {
        Sum sum = new Sum(table.of(memory));
        double bits = 8.0 * spec.burstBytes();
        double ns = spec.nanosecondsPerClock();
        OptionalDouble activate = sum.of("activatePj", (double) counts.activations());
        OptionalDouble column = add(
                sum.of("readArrayPjPerBit", counts.reads() * bits),
                sum.of("writeArrayPjPerBit", counts.writes() * bits));
        OptionalDouble io =
                add(sum.of("readIoPjPerBit", counts.reads() * bits), sum.of("writeIoPjPerBit", counts.writes() * bits));
        OptionalDouble refresh =
                add(sum.of("refreshAllBankPj", (double) counts.of(Command.REFAB)), sum.of("refreshBankPj", (double)
                        counts.of(Command.REFPB)));
        OptionalDouble background = add(
                add(
                        sum.of("activeStandbyMw", counts.clocks(RankState.ACTIVE) * ns),
                        sum.of("prechargeStandbyMw", counts.clocks(RankState.PRECHARGED) * ns)),
                add(
                        sum.of("activePowerDownMw", counts.clocks(RankState.ACTIVE_POWER_DOWN) * ns),
                        sum.of("prechargePowerDownMw", counts.clocks(RankState.PRECHARGED_POWER_DOWN) * ns)));
        return new DramEnergy(activate, column, io, refresh, background, sum.unknown, sum.estimated);
    }

    /** All parts; absent when one of them is. */
    public OptionalDouble picojoules() {
        return add(add(activate, column), add(add(io, refresh), background));
    }

    private static OptionalDouble add(OptionalDouble a, OptionalDouble b) {
        return a.isPresent() && b.isPresent()
                ? OptionalDouble.of(a.getAsDouble() + b.getAsDouble())
                : OptionalDouble.empty();
    }

    /** Products of coefficients, and what was missing. */
    private static final class Sum {
        private final Map<String, EnergyTable.Coefficient> coefficients;
        private final List<String> unknown = new ArrayList<>();
        private final List<String> estimated = new ArrayList<>();

        Sum(Map<String, EnergyTable.Coefficient> coefficients) {
            this.coefficients = coefficients;
        }

        OptionalDouble of(String name, double amount) {
            if (amount == 0) {
                return OptionalDouble.of(0);
            }
            EnergyTable.Coefficient coefficient = coefficients.get(name);
            if (coefficient == null || coefficient.value().isEmpty()) {
                unknown.add(name);
                return OptionalDouble.empty();
            }
            if (coefficient.estimated()) {
                estimated.add(name);
            }
            return OptionalDouble.of(amount * coefficient.value().getAsDouble());
        }
    }
}
