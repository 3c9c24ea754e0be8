package dev.hwc.sim.pim;

import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.dram.device.ParameterTable;
import java.util.List;

/**
 * A memory that computes.
 *
 * @param dram one channel: organization, times, units
 * @param text the file they come from, for the checker of traces
 */
public record PimSpec(DramSpec dram, String text) {
    /** Shipped devices. */
    public static final List<String> NAMES = List.of("lpddr5-pim", "hbm2-pim", "gddr6-aim", "hbm3-bank-pim");

    /** What units are like. */
    public enum Kind {
        /** A unit between two banks with registers, a program and lanes of its own (HBM2-PIM, LPDDR5-PIM). */
        BLOCK,
        /** A unit at each bank that sums over its lanes, fed from a buffer that all share (AiM, bank-level HBM3). */
        TREE
    }

    /**
     * A shipped device.
     *
     * @throws PimException naming the known ones
     */
    public static PimSpec find(String name) {
        if (!NAMES.contains(name)) {
            throw new PimException("device '" + name + "' is unknown; shipped are " + String.join(", ", NAMES));
        }
        return of(name, DramPresets.resource(name + ".csv"));
    }

    /** A device from the text of its timing set. */
    public static PimSpec of(String name, String text) {
        DramSpec dram = DramSpec.of(ParameterTable.parse(name, text));
        if (!dram.computes()) {
            throw new PimException("memory " + name + " has no units that compute (pimUnits)");
        }
        return new PimSpec(dram, text);
    }

    public String name() {
        return dram.name();
    }

    /** Whose coefficients a table of energy has: a file named after a shipped device, such as hbm2-pim-slow, takes its. */
    public String energyName() {
        return NAMES.stream()
                .filter(shipped -> name().startsWith(shipped))
                .findFirst()
                .orElse(name());
    }

    public Kind kind() {
        return dram.get("bufferBytes") > 0 ? Kind.TREE : Kind.BLOCK;
    }

    /** Units of a channel. */
    public int units() {
        return dram.get("pimUnits");
    }

    /** 16-bit lanes of a unit. */
    public int lanes() {
        return dram.get("unitBits") / 16;
    }

    public int accumulators() {
        return dram.get("unitAccumulators");
    }

    public int scalars() {
        return dram.get("unitScalars");
    }

    public int defaultChannels() {
        return dram.get("defaultChannels");
    }

    /** Formats the units have. */
    public List<PimFormat> formats() {
        return kind() == Kind.BLOCK
                ? List.of(PimFormat.F16, PimFormat.I8, PimFormat.I4)
                : List.of(PimFormat.BF16, PimFormat.I8, PimFormat.I4);
    }

    /** What all units read in one clock of a channel, over what its data bus carries: the bound of any speed-up. */
    public double ceiling() {
        double units = (double) units() * dram.get("unitBits") / 8 / rowPeriodPerColumn();
        double bus = dram.burstBytes() / (double) Math.max(dram.get("tCCDS"), dram.get("tBL"));
        return units / bus;
    }

    /** Whether one set of banks can open a row while the other's columns are read. */
    public boolean hidesRowSwitches() {
        return units() < dram.banksPerRank();
    }

    /**
     * Clocks per column in steady state: with two sets of banks the switch of one's row hides behind the other's
     * columns; where all banks open together it does not.
     */
    public double rowPeriodPerColumn() {
        int columns = dram.columns();
        int step = dram.get("tCCDMAC");
        if (hidesRowSwitches()) {
            return step;
        }
        int row = dram.get("tRCDMAC") + (columns - 1) * step + dram.get("tRTP") + dram.get("tRP");
        return (double) row / columns;
    }
}
