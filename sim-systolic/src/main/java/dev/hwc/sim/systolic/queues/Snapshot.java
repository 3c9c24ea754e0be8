package dev.hwc.sim.systolic.queues;

import java.util.Arrays;

/**
 * The state of a job between two actions, as far as the cycles of what follows depend on it. Every part
 * shows its numbers in the same order; the same walk moves them by whole periods later.
 */
public final class Snapshot {
    private static final byte EXACT = 0;
    private static final byte TIME = 1;
    private static final byte ADDRESS = 2;
    private static final byte COUNTER = 3;
    private static final byte ROUNDS = 4;

    private byte[] kinds = new byte[1024];
    private long[] values = new long[1024];
    private int size;
    private long now;
    private boolean outside;

    private int at;
    private long periods;
    private Snapshot before = this;

    /** Starts to record at a cycle. */
    public void record(long cycle) {
        now = cycle;
        size = 0;
        outside = false;
        periods = 0;
    }

    /** Starts to move what was recorded here by so many periods, one of which has passed since {@code earlier}. */
    public void move(Snapshot earlier, long count) {
        before = earlier;
        periods = count;
        at = 0;
    }

    /** A queue is outside of all loops, so nothing repeats. */
    public void outside() {
        outside = true;
    }

    /** A number that must be the same. */
    public void exact(long value) {
        next(EXACT, value);
    }

    /** A cycle: as far from now as it was, or in the past and of no more influence. */
    public long time(long cycle) {
        int i = next(TIME, cycle);
        return periods == 0 || values[i] - before.values[i] != now - before.now
                ? cycle
                : cycle + periods * (now - before.now);
    }

    /** An address of memory, which matters modulo the longest burst. */
    public long address(long value) {
        return advanced(ADDRESS, value);
    }

    /** A counter. */
    public long counter(long value) {
        return advanced(COUNTER, value);
    }

    /** Rounds left of an outermost loop. */
    public long rounds(long left) {
        return advanced(ROUNDS, left);
    }

    private long advanced(byte kind, long value) {
        int i = next(kind, value);
        return periods == 0 ? value : value + periods * (values[i] - before.values[i]);
    }

    private int next(byte kind, long value) {
        if (periods != 0) {
            return at++;
        }
        if (size == values.length) {
            kinds = Arrays.copyOf(kinds, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        kinds[size] = kind;
        values[size] = value;
        return size++;
    }

    /**
     * How many periods follow that equal the one since {@code b}, which equals the one from {@code a} to
     * {@code b}; the last round of a loop is none of them.
     *
     * @param burst bytes of the longest burst
     */
    public long repeats(Snapshot b, Snapshot a, int burst) {
        if (outside || b.outside || a.outside || size != b.size || size != a.size || now - b.now != b.now - a.now) {
            return 0;
        }
        long passed = 0;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            if (kinds[i] != b.kinds[i]) {
                return 0;
            }
            long step = values[i] - b.values[i];
            boolean steady = step == b.values[i] - a.values[i];
            boolean same = switch (kinds[i]) {
                case EXACT -> step == 0;
                case TIME -> step == now - b.now || step == 0 && isPast(values[i], b.now);
                case ADDRESS -> steady && step % burst == 0;
                case ROUNDS -> steady && step < 0 && (passed == 0 || passed == -step);
                default -> steady;
            };
            if (!same) {
                return 0;
            }
            if (kinds[i] == ROUNDS) {
                passed = -step;
                least = Math.min(least, values[i]);
            }
        }
        return passed == 0 ? 0 : (least - 1) / passed;
    }

    private static boolean isPast(long cycle, long now) {
        return cycle <= now || cycle == Long.MAX_VALUE;
    }
}
