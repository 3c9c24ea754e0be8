package dev.hwc.sim.dram.device;

/** Told every command as it is issued; must not change anything. */
public interface CommandObserver {
    /** Nobody. */
    CommandObserver NONE = (cycle, command, bank, row, column) -> {};

    /**
     * One command.
     *
     * @param cycle first clock of the command on its bus
     * @param bank number in the channel, (rank · groups + group) · banksPerGroup + bank with ranks counted through all
     *     pseudo-channels; of a command to a rank, its first bank; of a command to a set, that plus the
     *     ordinal of the {@link BankSet}
     * @param row of ACT, ACT1, ACT2 and ACTS; the mode of MOD; otherwise 0
     * @param column burst in the row, of column commands; otherwise 0
     */
    void issued(long cycle, Command command, int bank, int row, int column);
}
