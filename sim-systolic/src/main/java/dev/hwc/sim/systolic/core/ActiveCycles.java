package dev.hwc.sim.systolic.core;

import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.systolic.queues.Snapshot;

/**
 * Counts the cycles in which at least one command of an operator is in progress: the union of
 * [start, completion) over its commands. Commands start in order of time; a completion may be told
 * early, at the start already, or late, but never before its cycle is certain.
 */
final class ActiveCycles {
    private final long[] operators;
    /** Commands whose completion is not told yet. */
    private final int[] open;
    /** The latest interval of each operator; it grows until a command starts behind it. */
    private final long[] from;

    private final long[] until;

    ActiveCycles(int labels, long[] operators) {
        this.operators = operators;
        open = new int[labels];
        from = new long[labels];
        until = new long[labels];
    }

    /** Shows the state, or moves it. */
    void state(Snapshot snapshot) {
        for (int label = 0; label < open.length; label++) {
            snapshot.exact(open[label]);
            from[label] = snapshot.time(from[label]);
            until[label] = snapshot.time(until[label]);
        }
    }

    void start(int label, long cycle) {
        if (open[label]++ == 0 && cycle > until[label]) {
            count(label);
            from[label] = cycle;
            until[label] = cycle;
        }
    }

    void complete(int label, long completion) {
        open[label]--;
        until[label] = Math.max(until[label], completion);
    }

    /** After the last completion. */
    void finish() {
        for (int label = 0; label < open.length; label++) {
            count(label);
        }
    }

    private void count(int label) {
        operators[label * Activity.OPERATOR_SLOTS + Activity.OPERATOR_ACTIVE] += until[label] - from[label];
    }
}
