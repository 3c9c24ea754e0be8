package dev.hwc.sim.pim;

import dev.hwc.sim.pim.energy.PimEnergy;
import java.util.List;

/**
 * A kernel on a device against the same memory without units.
 *
 * @param mapping what was placed where, for people
 * @param pimCycles clocks of the memory until the answer is with the host
 * @param hostCycles clocks until the operands are read and the results written without units
 * @param unitClocks clocks in which the units have columns, the least that any mapping takes
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

    /** Clocks that no mapping of this device can go below: row switches that cannot hide, and refresh. */
    public double rooflineCycles() {
        return unitClocks / (double) spec.dram().get("tCCDMAC") * spec.rowPeriodPerColumn() / refreshShare();
    }

    /** What refresh leaves of the time, as in docs/memory.md. */
    private double refreshShare() {
        double lost = spec.dram().get("tRTP")
                + spec.dram().get("tRPab")
                + spec.dram().get("tRFCab")
                + spec.dram().get("tRCDMAC");
        return 1 - lost / spec.dram().get("tREFI");
    }

    public double rooflinePercent() {
        return 100.0 * rooflineCycles() / pimCycles;
    }
}
