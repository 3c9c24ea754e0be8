package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * When the commands of a train of reads of open rows begin, as it was seen before. That depends on the distances from
 * now to the clocks that reads of each bank group, rank and bus wait for, on the train's length and on the group it
 * begins with; not on which row it is, nor in which bank of a group.
 */
final class ReadPatterns {
    /** No pattern describes this state. */
    static final long NONE = -1;

    private static final int PLACES = 1 << 10;
    private static final int MOST_GROUPS = 8;
    private static final int MOST_REQUESTS = 127;
    /** Distances from now are below this. */
    private static final int DISTANCES = 16;

    private static final int DISTANCE_BITS = 4;

    /** One train. */
    static final class Pattern {
        private final long key;
        /** Clock of each read from the train's first clock on. */
        final int[] clocks;
        /** Whether a CAS goes before the first read. */
        final boolean synchronizes;
        /** Places in the block whose banks are read, and the clocks of their last reads. */
        final int[] places;

        final int[] last;

        Pattern(long key, int[] clocks, boolean synchronizes, int[] places, int[] last) {
            this.key = key;
            this.clocks = clocks;
            this.synchronizes = synchronizes;
            this.places = places;
            this.last = last;
        }

        int lastClock() {
            return clocks[clocks.length - 1];
        }
    }

    private final ChannelState channel;
    private final BankStates banks;
    private final boolean usable;
    private final int mask;
    /** Bank of each burst of a block that begins at bank 0. */
    private final int[] spread;

    private final Pattern[] known = new Pattern[PLACES];

    private long recorded = NONE;
    private long from;
    private int first;
    private boolean synchronizes;
    private int seen;
    private final int[] clocks = new int[MOST_REQUESTS];

    ReadPatterns(ChannelState channel, DramSpec spec) {
        this.channel = channel;
        this.banks = channel.banks;
        int size = 1 << channel.mapping.groupBits();
        mask = size - 1;
        // each place of a block has a group of its own
        usable = size == spec.pseudoChannels() * spec.get("bankGroups")
                && size <= MOST_GROUPS
                && channel.ranks <= 2
                && !(channel.dataClock && channel.ranks > 1);
        spread = new int[size];
        for (int i = 0; i < size; i++) {
            spread[i] = channel.mapping.bank(i);
        }
    }

    /** Bank of a burst in a block. */
    int bank(int base, long burst) {
        return base ^ spread[(int) burst & mask];
    }

    /**
     * The state in which a train begins; NONE where no pattern is kept.
     *
     * @param base bank of the first burst of its block
     */
    long key(long now, int base, long burst, int bursts) {
        if (!usable || bursts > MOST_REQUESTS) {
            return NONE;
        }
        long bus = Math.max(0, channel.busFree[channel.columnBus] - now);
        long distances = bus;
        long largest = bus;
        for (int rank = 0; rank < channel.ranks; rank++) {
            long distance = Math.max(0, banks.earliestOfAnyBank(Command.RD, rank) - now);
            largest |= distance;
            distances = distances << DISTANCE_BITS | distance;
        }
        for (int place = 0; place <= mask; place++) {
            long distance = Math.max(0, banks.earliestOfGroup(Command.RD, base ^ spread[place]) - now);
            largest |= distance;
            distances = distances << DISTANCE_BITS | distance;
        }
        boolean sleeping = false;
        if (channel.dataClock) {
            int bank = bank(base, burst);
            int rank = channel.rank(bank);
            long start = Math.max(now + bus, banks.earliest(Command.RD, bank));
            sleeping = !banks.dataClockRuns(rank, start);
            if (banks.earliestOfRank(Command.CAS, rank) > now) {
                return NONE;
            }
        }
        if (largest >= DISTANCES) {
            return NONE;
        }
        return ((distances << 3 | (burst & mask)) << 7 | bursts) << 1 | (sleeping ? 1 : 0);
    }

    @Nullable
    Pattern find(long key) {
        Pattern pattern = known[place(key)];
        return pattern != null && pattern.key == key ? pattern : null;
    }

    private static int place(long key) {
        return (int) (key * 0x9E3779B97F4A7C15L >>> 54);
    }

    /** The reads that follow are those of a train of which no pattern is known. */
    void record(long key, long now, long burst) {
        recorded = key;
        from = now;
        first = (int) burst & mask;
        seen = 0;
    }

    /** A read begins. */
    void add(long clock, boolean afterCas) {
        if (recorded != NONE && seen > 0 && afterCas) {
            drop();
        }
        if (recorded != NONE) {
            synchronizes = seen == 0 ? afterCas : synchronizes;
            clocks[seen++] = (int) (clock - from);
        }
    }

    /** The train was interrupted. */
    void drop() {
        recorded = NONE;
    }

    /** The train is complete. */
    void keep() {
        if (recorded == NONE) {
            return;
        }
        int distinct = Math.min(seen, mask + 1);
        int[] places = new int[distinct];
        int[] last = new int[distinct];
        for (int i = 0; i < distinct; i++) {
            int read = seen - distinct + i;
            places[i] = (first + read) & mask;
            last[i] = clocks[read];
        }
        known[place(recorded)] = new Pattern(recorded, Arrays.copyOf(clocks, seen), synchronizes, places, last);
        recorded = NONE;
    }
}
