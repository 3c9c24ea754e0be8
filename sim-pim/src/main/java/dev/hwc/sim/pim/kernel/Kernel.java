package dev.hwc.sim.pim.kernel;

import dev.hwc.sim.pim.program.PimProgram;

/** Work as mapped onto the channels of a device: its commands, and its data through the units. */
public interface Kernel {
    /** What every channel is asked for. */
    PimProgram program();

    /** DRAM rows of a bank that it needs. */
    int usedRows();

    /** What was placed where, for people. */
    String mapping();

    /**
     * Data of all channels through the units, with the operands of {@link Operands}.
     *
     * @param order items as issued
     * @return what the host has at the end
     */
    float[] compute(PimProgram program, int[] order);

    /** Results that differ in a bit from docs/spec/pim-numerics.md, computed straight from the operands. */
    long mismatches(float[] results);
}
