package dev.hwc.sim.systolic.core;

import dev.hwc.sim.systolic.queues.Snapshot;
import java.util.Arrays;

/**
 * Tokens of one ordered pair of queues, by the cycle from which each can be taken (timing.md T6),
 * earliest first. Tokens of commands that have yet to complete are already in it.
 */
final class TokenTimes {
    /** Highest value of the counter in hardware. */
    static final int MAX = 255;

    static final long NONE = Long.MAX_VALUE;

    private long[] times = new long[16];
    private int[] givers = new int[16];
    private int head;
    private int size;

    /** Cycle from which the next token can be taken, or {@link #NONE}. */
    long earliest() {
        return size == 0 ? NONE : times[head];
    }

    void take() {
        head++;
        size--;
    }

    /**
     * Adds a token.
     *
     * @param giver program counter of the command that gives it
     */
    void give(long time, int giver) {
        if (head + size == times.length) {
            makeRoom();
        }
        int at = head + size++;
        while (at > head && times[at - 1] > time) {
            times[at] = times[at - 1];
            givers[at] = givers[at - 1];
            at--;
        }
        times[at] = time;
        givers[at] = giver;
    }

    private void makeRoom() {
        int length = 2 * size > times.length ? 2 * times.length : times.length;
        times = moved(times, length);
        int[] to = new int[length];
        System.arraycopy(givers, head, to, 0, size);
        givers = to;
        head = 0;
    }

    private long[] moved(long[] from, int length) {
        long[] to = new long[length];
        System.arraycopy(from, head, to, 0, size);
        return to;
    }

    int size() {
        return size;
    }

    /** Completion cycle that lifts the counter above {@link #MAX} if nothing is taken before. */
    long overflow() {
        return size > MAX ? times[head + MAX] - 1 : NONE;
    }

    /** Program counter of the command that gives the token above {@link #MAX}. */
    int overflowGiver() {
        return givers[head + MAX];
    }

    /** Shows the state, or moves it. */
    void state(Snapshot snapshot) {
        snapshot.exact(size);
        for (int i = head; i < head + size; i++) {
            times[i] = snapshot.time(times[i]);
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOfRange(times, head, head + size));
    }
}
