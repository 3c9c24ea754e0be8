package dev.hwc.sim.pim.program;

import dev.hwc.sim.dram.device.Command;

/** What a channel's controller can be asked for, and the command it becomes. */
public enum Op {
    /** The host reads a burst of one bank. */
    HOST_READ(Command.RD),
    HOST_WRITE(Command.WR),
    /** A column of each bank of a set goes into its unit. */
    UNIT_READ(Command.RDS),
    /** A register of each unit goes into a column of its bank. */
    UNIT_WRITE(Command.WRS),
    /** The host writes registers of all units, or the shared buffer. */
    REGISTER_WRITE(Command.WRR),
    /** The host reads registers of the units. */
    REGISTER_READ(Command.RDR),
    /** Another mode; {@code row} is its number. */
    MODE(Command.MOD),
    /** Nothing moves, but the row must be open before the next item begins. */
    OPEN(Command.ACTS),
    /** Nothing moves, but all rows must be closed before the next item begins. */
    CLOSE(Command.PRES);

    private final Command command;

    Op(Command command) {
        this.command = command;
    }

    public Command command() {
        return command;
    }

    /** Whether the item is a single bank's. */
    public boolean host() {
        return this == HOST_READ || this == HOST_WRITE;
    }
}
