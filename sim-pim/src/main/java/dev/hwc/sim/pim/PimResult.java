package dev.hwc.sim.pim;

import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.energy.PimEnergy;
import java.util.List;

/**
 * A kernel on a device against the same memory without units.
 *
 * @param mapping what was placed where, for people
 * @param pimCycles clocks of the memory until the answer is with the host
 * @param hostCycles clocks until the operands are read and the results written without units
 * @param unitClocks clocks in which the units have columns
 * @param leastColumns of a unit that any mapping reads or stores: its share of the operands and results in the banks
 * @param refreshes of each channel in pimCycles
 * @param simulatorSeconds for mapping, commands with their check, and data; without the comparison
 * @param results elements that were compared
 * @param mismatches of them, in a bit
 * @param violations of timing in the command stream
 * @param firstViolations for people
 * @param energy of all channels
 * @param hostPicojoules of all channels without units
 */
public record PimResult(
        PimSpec spec,
        String kernel,
        PimFormat format,
        int channels,
        String mapping,
        long pimCycles,
        long hostCycles,
        long unitClocks,
        double leastColumns,
        long refreshes,
        double simulatorSeconds,
        long results,
        long mismatches,
        long violations,
        List<String> firstViolations,
        PimEnergy energy,
        double hostPicojoules) {

    public PimResult {
        firstViolations = List.copyOf(firstViolations);
    }

    public double speedup() {
        return (double) hostCycles / pimCycles;
    }

    /** Share of the clocks in which the units have a column. */
    public double macSlotPercent() {
        return 100.0 * unitClocks / pimCycles;
    }

    /**
     * Clocks that no mapping of this device can go below: the columns, row switches that cannot hide (not behind the last
     * row), and of each refresh that was done what the columns cannot hide.
     */
    public double rooflineCycles() {
        DramSpec dram = spec.dram();
        int step = dram.get("tCCDMAC");
        if (spec.hidesRowSwitches()) {
            int close = dram.get("tRTP") + dram.get("tRPab") + dram.get("tRCDMAC") - step;
            return leastColumns * step + (double) refreshes * (close + dram.get("tRFCab"));
        }
        double rows = leastColumns * spec.rowPeriodPerColumn() - dram.get("tRTP") - dram.get("tRP");
        int later = dram.get("tRPab") - dram.get("tRP");
        return Math.max(leastColumns * step, rows) + (double) refreshes * (later + dram.get("tRFCab"));
    }

    public double rooflinePercent() {
        return 100.0 * rooflineCycles() / pimCycles;
    }
}
