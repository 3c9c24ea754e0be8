package dev.hwc.sim.pim;

import dev.hwc.sim.dram.energy.EnergyTable;
import dev.hwc.sim.pim.energy.PimEnergy;

/**
 * A kernel on several devices behind CXL, each with an equal share of it: all get the operands, then compute, then
 * their results come back one behind the other.
 *
 * @param one run of a device
 * @param operandBytes that each device gets
 * @param resultBytes of all devices
 */
public record CxlRun(CxlLink link, PimResult one, long operandBytes, long resultBytes) {
    /** Until the last device has the operands. The switch copies them. */
    public double operandNanoseconds() {
        return link.nanoseconds(operandBytes);
    }

    /** Of the kernel, in each device at the same time. */
    public double kernelNanoseconds() {
        return one.pimCycles() * 1e6 / one.spec().dram().clockKhz();
    }

    /** From the last sum to the last result. */
    public double resultNanoseconds() {
        return link.nanoseconds(resultBytes);
    }

    /** All three. */
    public double nanoseconds() {
        return operandNanoseconds() + kernelNanoseconds() + resultNanoseconds();
    }

    /** Of the link: operands count for each device that gets them. */
    public double linkPicojoules() {
        long bits = link.cxl().devices() * link.bits(operandBytes) + link.bits(resultBytes);
        return PimEnergy.ofLink(one.spec(), bits, EnergyTable.shipped(EnergyTable.UNITS));
    }

    /** Of all devices and the link. */
    public double picojoules() {
        return link.cxl().devices() * one.energy().picojoules() + linkPicojoules();
    }
}
