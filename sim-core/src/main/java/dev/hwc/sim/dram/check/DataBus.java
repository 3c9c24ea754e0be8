package dev.hwc.sim.dram.check;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The bursts on the data bus of a pseudo-channel that may still matter. */
final class DataBus {
    private static final int KEPT = 64;

    private record Burst(long from, long to, int rank) {}

    private final ArrayDeque<Burst> bursts = new ArrayDeque<>();

    /**
     * Puts a burst on the bus.
     *
     * @param gap clocks that must lie between bursts of different ranks
     * @return the rule it breaks with one of the others, or null
     */
    @Nullable
    Rule put(long from, long to, int rank, int gap) {
        Rule broken = null;
        for (Burst other : bursts) {
            if (from < other.to && other.from < to) {
                broken = Rule.DATA_BUS;
            } else if (broken == null && rank != other.rank && from < other.to + gap && other.from < to + gap) {
                broken = Rule.RANK_SWITCH;
            }
        }
        bursts.addLast(new Burst(from, to, rank));
        if (bursts.size() > KEPT) {
            bursts.removeFirst();
        }
        return broken;
    }
}
