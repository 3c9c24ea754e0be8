package dev.hwc.sim.memory;

import java.util.SplittableRandom;

/**
 * A memory with random extra delays from a seed, one channel per direction, whose answers are known
 * only when they arrive: the worst case for a simulator that jumps, for tests.
 */
public final class StallingMemory implements MemoryModel {
    private final long seed;
    private final int latencyCycles;
    private final int bytesPerCycle;
    private final int maxExtraCycles;
    private final Channel reads = new Channel();
    private final Channel writes = new Channel();

    /**
     * A memory.
     *
     * @param latencyCycles request to first beat without extra delay, at least 1
     * @param bytesPerCycle of each direction
     * @param maxExtraCycles every burst waits 0..maxExtraCycles more
     */
    public StallingMemory(long seed, int latencyCycles, int bytesPerCycle, int maxExtraCycles) {
        this.seed = seed;
        this.latencyCycles = latencyCycles;
        this.bytesPerCycle = bytesPerCycle;
        this.maxExtraCycles = maxExtraCycles;
        reset();
    }

    @Override
    public long submit(long cycle, boolean write, long address, int bytes, long ticket) {
        Channel channel = write ? writes : reads;
        long first = Math.max(cycle + latencyCycles, channel.free) + channel.random.nextInt(maxExtraCycles + 1);
        channel.free = first + (bytes + bytesPerCycle - 1) / bytesPerCycle;
        channel.add(ticket, channel.free - 1);
        return PENDING;
    }

    @Override
    public long nextEvent() {
        return Math.min(reads.next(), writes.next());
    }

    @Override
    public void advance(long cycle, Completion sink) {
        reads.report(cycle, false, sink);
        writes.report(cycle, true, sink);
    }

    @Override
    public void reset() {
        reads.reset(seed);
        writes.reset(~seed);
    }

    /** Answers of one direction that were not reported yet, oldest first. */
    private static final class Channel {
        private static final int SIZE = 128; // more than the 64 bursts a port can have in flight
        private final long[] tickets = new long[SIZE];
        private final long[] cycles = new long[SIZE];
        private SplittableRandom random = new SplittableRandom(0);
        private long free;
        private int head;
        private int tail;

        void reset(long seed) {
            random = new SplittableRandom(seed);
            free = 0;
            head = 0;
            tail = 0;
        }

        void add(long ticket, long cycle) {
            tickets[tail % SIZE] = ticket;
            cycles[tail % SIZE] = cycle;
            tail++;
        }

        long next() {
            return head == tail ? NEVER : cycles[head % SIZE];
        }

        void report(long cycle, boolean write, Completion sink) {
            while (next() <= cycle) {
                int at = head++ % SIZE;
                sink.answered(write, tickets[at], cycles[at]);
            }
        }
    }
}
