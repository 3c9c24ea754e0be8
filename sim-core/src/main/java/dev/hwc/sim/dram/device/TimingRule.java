package dev.hwc.sim.dram.device;

import java.util.Set;

/**
 * The least time from one command to another, counted from the last clock of each.
 *
 * @param scope which commands: those to the same bank, bank group, rank, or to another rank of the pseudo-channel
 * @param clocks least distance
 * @param name of the parameter or sum, for messages
 */
public record TimingRule(Scope scope, Set<Command> from, Set<Command> to, int clocks, String name) {
    /** Between which commands a rule holds. */
    public enum Scope {
        BANK,
        GROUP,
        RANK,
        OTHER_RANK
    }

    public TimingRule {
        from = Set.copyOf(from);
        to = Set.copyOf(to);
    }
}
