package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.device.Command;
import org.jspecify.annotations.Nullable;

/**
 * The best command of a look at a channel: the one that can begin first; at the same clock the one of the more urgent
 * kind, and then the older request's.
 */
final class Candidate {
    /** A due refresh or a starving request, then columns, then the rest. */
    static final int URGENT = 0;

    static final int COLUMN = 1;
    static final int SPLIT = 2;
    static final int ROW = 3;
    static final int SLEEP = 4;
    static final int NO_SLOT = -1;

    /** First clock; {@link ChannelController#NEVER} while there is none. */
    long start;

    Command command = Command.PRE;
    /** The command that follows a CAS. */
    Command column = Command.RD;

    int bank;
    int slot;
    /** Where the request stands, if it is one's. */
    @Nullable
    RequestQueue queue;

    private int order;
    private long age;

    /** Nothing was found yet. */
    void clear() {
        start = ChannelController.NEVER;
    }

    /** Whether a command would take this one's place. */
    boolean beatenBy(long otherStart, int otherOrder, long otherAge) {
        return otherStart < start
                || (otherStart == start && (otherOrder < order || (otherOrder == order && otherAge < age)));
    }

    /**
     * Takes a command if it is better; of equal ones the first is kept.
     *
     * @return whether it was
     */
    boolean take(Command other, int ofBank, int ofOrder, long from) {
        return take(other, ofBank, ofOrder, null, NO_SLOT, from, ChannelController.NEVER);
    }

    /**
     * The same for a request's command.
     *
     * @param requestAge number of the request, if candidates do not come in the order of their age
     */
    boolean take(
            Command other,
            int ofBank,
            int ofOrder,
            @Nullable RequestQueue ofQueue,
            int ofSlot,
            long from,
            long requestAge) {
        if (!beatenBy(from, ofOrder, requestAge)) {
            return false;
        }
        start = from;
        order = ofOrder;
        age = requestAge;
        command = other;
        bank = ofBank;
        slot = ofSlot;
        queue = ofQueue;
        return true;
    }
}
