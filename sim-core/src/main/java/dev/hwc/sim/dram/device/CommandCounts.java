package dev.hwc.sim.dram.device;

/** What a channel did: commands, and clocks of its ranks in each state. Energy is made of these. */
public final class CommandCounts {
    /** States of a rank that draw different currents. */
    public enum RankState {
        ACTIVE,
        PRECHARGED,
        ACTIVE_POWER_DOWN,
        PRECHARGED_POWER_DOWN
    }

    private final long[] commands = new long[Command.values().length];
    private final long[] clocks = new long[RankState.values().length];
    /** Banks that commands to sets went to. */
    private final long[] banks = new long[Command.values().length];

    void add(Command command) {
        add(command, 1);
    }

    /** So many commands more. */
    public void add(Command command, long times) {
        commands[command.ordinal()] += times;
    }

    void addBanks(Command command, int count) {
        banks[command.ordinal()] += count;
    }

    /** So many clocks more in a state, of all ranks together. */
    public void add(RankState state, long rankClocks) {
        clocks[state.ordinal()] += rankClocks;
    }

    /** How often a command was issued. */
    public long of(Command command) {
        return commands[command.ordinal()];
    }

    /** Clocks in a state, summed over ranks. */
    public long clocks(RankState state) {
        return clocks[state.ordinal()];
    }

    /** Banks that a command to sets went to, all its issues together. */
    public long banksOf(Command command) {
        return banks[command.ordinal()];
    }

    /** Rows opened. */
    public long activations() {
        return of(Command.ACT) + of(Command.ACT1) + banksOf(Command.ACTS);
    }

    /** Bursts moved. */
    public long bursts() {
        return reads() + writes();
    }

    public long reads() {
        return of(Command.RD) + of(Command.RDA);
    }

    public long writes() {
        return of(Command.WR) + of(Command.WRA);
    }

    /** All commands. */
    public long total() {
        long sum = 0;
        for (long count : commands) {
            sum += count;
        }
        return sum;
    }

    /** Adds another channel's. */
    public void add(CommandCounts other) {
        for (int i = 0; i < commands.length; i++) {
            commands[i] += other.commands[i];
            banks[i] += other.banks[i];
        }
        for (int i = 0; i < clocks.length; i++) {
            clocks[i] += other.clocks[i];
        }
    }
}
