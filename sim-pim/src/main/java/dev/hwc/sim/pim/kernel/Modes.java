package dev.hwc.sim.pim.kernel;

import dev.hwc.sim.dram.device.BankSet;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.pim.program.Action;
import dev.hwc.sim.pim.program.Op;
import dev.hwc.sim.pim.program.PimProgram;

/**
 * How a controller of its own enters and leaves the modes of HBM2-PIM and LPDDR5-PIM: the writes to reserved rows that
 * the device asks for, without parking and without barriers.
 */
final class Modes {
    /** First reserved row, as a part of all rows. */
    private static final int LAST_COLUMN = 31;

    private final PimProgram program;
    private final int enterRow;
    private final int exitRow;
    private final int registerRow;
    private final boolean rows;

    Modes(PimProgram program, DramSpec spec) {
        this.program = program;
        int all = spec.get("rows");
        registerRow = all - 1;
        exitRow = all - 2;
        enterRow = all - 3;
        rows = spec.get("registersNeedRow") > 0;
    }

    /** From the mode of any memory to that in which units compute; their program is written. */
    void enter() {
        for (int bank : new int[] {0, 1, 8, 9}) {
            program.host(Op.HOST_WRITE, bank, enterRow, LAST_COLUMN, 0);
        }
        program.mode(1);
        register(BankSet.EVEN, Action.NONE, 0);
        register(BankSet.EVEN, Action.CLEAR, 0);
        program.mode(2);
    }

    /** A write to registers, through the set whose row switch it disturbs least. */
    void register(BankSet set, Action action, int datum) {
        register(set, action, 0, datum);
    }

    /** The same to a certain register. */
    void register(BankSet set, Action action, int target, int datum) {
        program.load(rows ? set : BankSet.NONE, rows ? registerRow : 0, 0, action, target, datum);
    }

    /** Accumulators become zero: units off and on again. */
    void clear() {
        register(BankSet.EVEN, Action.CLEAR, 0);
    }

    /** Back to the mode of any memory. */
    void leave() {
        register(BankSet.EVEN, Action.NONE, 0);
        program.load(rows ? BankSet.EVEN : BankSet.NONE, rows ? exitRow : 0, 0, Action.NONE, 0, 0);
        program.load(rows ? BankSet.ODD : BankSet.NONE, rows ? exitRow : 0, 0, Action.NONE, 0, 0);
        program.mode(0);
    }
}
