package dev.hwc.sim.systolic.oracle;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.sim.systolic.queues.Command;

/** What is left of a command on its way from start to completion. */
record Retired(int queue, int pc, int signals, int label, boolean halt, int register, long value) {
    static final int NO_REGISTER = -1;

    static Retired of(Command c) {
        boolean halt = c.opcode == Opcode.HALT;
        return new Retired(c.queue, c.pc, c.signals, c.label, halt, NO_REGISTER, 0);
    }

    static Retired loading(Command c, long value) {
        return new Retired(c.queue, c.pc, c.signals, c.label, false, c.register, value);
    }
}
