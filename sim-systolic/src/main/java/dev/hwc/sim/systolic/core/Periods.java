package dev.hwc.sim.systolic.core;

import dev.hwc.sim.systolic.queues.Snapshot;
import java.util.function.Consumer;

/**
 * Finds loops whose rounds have become periodic: the state after some rounds is that before them, moved in
 * time. Then the rounds that are left but the last ones take the same cycles and count the same, and the
 * state is moved behind them at once.
 */
final class Periods {
    /** Longest period, rounds of the outermost loop. */
    private static final int LONGEST = 4;

    private final Snapshot[] last = new Snapshot[2 * LONGEST + 1];
    private final int burst;
    private final Consumer<Snapshot> state;
    private int recorded;

    /**
     * A finder for one job.
     *
     * @param burst bytes of the longest burst
     * @param state shows the whole state to a snapshot
     */
    Periods(int burst, Consumer<Snapshot> state) {
        this.burst = burst;
        this.state = state;
        for (int i = 0; i < last.length; i++) {
            last[i] = new Snapshot();
        }
    }

    /** A round of a queue's outermost loop begins; returns whether periods were passed over. */
    boolean round(long cycle) {
        Snapshot current = back(0);
        current.record(cycle);
        state.accept(current);
        recorded++;
        for (int period = 1; 2 * period < recorded && period <= LONGEST; period++) {
            Snapshot earlier = back(period + 1);
            long count = current.repeats(earlier, back(2 * period + 1), burst);
            if (count > 0) {
                current.move(earlier, count);
                state.accept(current);
                recorded = 0;
                return true;
            }
        }
        return false;
    }

    /** The snapshot so many records ago; 0 is the one to be written next. */
    private Snapshot back(int records) {
        return last[Math.floorMod(recorded - records, last.length)];
    }
}
