package dev.hwc.sim.pim.energy;

import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.dram.energy.DramEnergy;
import dev.hwc.sim.dram.energy.EnergyTable;
import dev.hwc.sim.dram.energy.EnergyTable.Coefficient;
import dev.hwc.sim.pim.PimException;
import dev.hwc.sim.pim.PimFormat;
import dev.hwc.sim.pim.PimSpec;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Energy of one channel in picojoules, by what it went into.
 *
 * @param column between arrays and the host or units
 * @param operation arithmetic of the units, and additions of the sums that the host reads
 * @param buffer registers and the shared buffer
 * @param estimated coefficients that are scaled from something else
 */
public record PimEnergy(
        double activate,
        double column,
        double io,
        double refresh,
        double background,
        double operation,
        double buffer,
        Set<String> estimated) {

    private static final String ADD = "controllerAddPj";

    public PimEnergy {
        estimated = Set.copyOf(estimated);
    }

    /**
     * What commands and states cost.
     *
     * @throws PimException if a coefficient that is needed is unknown
     */
    public static PimEnergy of(PimSpec spec, PimFormat format, CommandCounts counts, EnergyTable table) {
        DramSpec dram = spec.dram();
        Map<String, Coefficient> values = table.of(spec.energyName());
        DramEnergy host = DramEnergy.of(dram, counts, table, spec.energyName());
        if (!host.unknown().isEmpty()) {
            throw unknown(table, spec, host.unknown().getFirst());
        }
        Sum sum = new Sum(spec, table, values, new LinkedHashSet<>(host.estimated()));
        double bits = 8.0 * dram.burstBytes();
        double reads = counts.banksOf(Command.RDS);
        double stores = counts.banksOf(Command.WRS);
        double in = counts.of(Command.WRR);
        double out = counts.of(Command.RDR);
        String unit =
                "unit" + format.name().charAt(0) + format.name().substring(1).toLowerCase(java.util.Locale.ROOT);
        double column = host.column().orElseThrow()
                + sum.of("unitReadPjPerBit", reads * bits)
                + sum.of("unitStorePjPerBit", stores * bits);
        double io =
                host.io().orElseThrow() + sum.of("writeIoPjPerBit", in * bits) + sum.of("readIoPjPerBit", out * bits);
        double operation = sum.of(unit + "Pj", reads) + sum.of(ADD, out * bits / format.sumBits());
        double buffer = sum.of("registerPjPerBit", (in * spec.units() + reads + stores + out) * bits)
                + (spec.kind() == PimSpec.Kind.TREE ? sum.of("bufferPjPerBit", counts.of(Command.RDS) * bits) : 0);
        return new PimEnergy(
                host.activate().orElseThrow(),
                column,
                io,
                host.refresh().orElseThrow(),
                host.background().orElseThrow(),
                operation,
                buffer,
                sum.estimated);
    }

    /**
     * What the controller's arithmetic costs, in picojoules.
     *
     * @throws PimException if a coefficient that is needed is unknown
     */
    public static double of(PimSpec spec, ControllerWork work, EnergyTable table) {
        Sum sum = new Sum(spec, table, table.of(spec.energyName()), new LinkedHashSet<>());
        return sum.of(ADD, work.additions())
                + sum.of("controllerMulPj", work.multiplications())
                + sum.of("controllerSramPjPerBit", work.bits());
    }

    /**
     * What bits cost that cross a CXL link, in picojoules.
     *
     * @throws PimException if the coefficient is unknown
     */
    public static double ofLink(PimSpec spec, long bits, EnergyTable table) {
        return new Sum(spec, table, table.of(spec.energyName()), new LinkedHashSet<>()).of("linkPjPerBit", bits);
    }

    /** That of several channels that do the same. */
    public PimEnergy times(int channels) {
        return new PimEnergy(
                channels * activate,
                channels * column,
                channels * io,
                channels * refresh,
                channels * background,
                channels * operation,
                channels * buffer,
                estimated);
    }

    /** All parts. */
    public double picojoules() {
        return activate + column + io + refresh + background + operation + buffer;
    }

    private static PimException unknown(EnergyTable table, PimSpec spec, String name) {
        return new PimException("energy table " + table.name() + " does not know " + name + " of " + spec.name());
    }

    private record Sum(PimSpec spec, EnergyTable table, Map<String, Coefficient> values, Set<String> estimated) {
        double of(String name, double amount) {
            if (amount == 0) {
                return 0;
            }
            Coefficient coefficient = values.get(name);
            if (coefficient == null || coefficient.value().isEmpty()) {
                throw unknown(table, spec, name);
            }
            if (coefficient.estimated()) {
                estimated.add(name);
            }
            return amount * coefficient.value().getAsDouble();
        }
    }
}
