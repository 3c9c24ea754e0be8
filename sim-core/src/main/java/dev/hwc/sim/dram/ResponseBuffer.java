package dev.hwc.sim.dram;

import dev.hwc.sim.memory.MemoryModel.Completion;
import java.util.Arrays;

/**
 * Bursts of one direction in the order of their submission, until they are answered in that order. A burst is several
 * requests to channels; it is whole when the last of them is. Grows as needed.
 */
final class ResponseBuffer {
    private final boolean write;
    private long[] ready = new long[64];
    private long[] submitted = new long[64];
    private int[] beats = new int[64];
    private int[] missing = new int[64];
    private long head;
    private long tail;
    private long lastAnswer;

    ResponseBuffer(boolean write) {
        this.write = write;
    }

    void clear() {
        head = 0;
        tail = 0;
        lastAnswer = 0;
    }

    /** Bursts that were not answered. */
    long size() {
        return tail - head;
    }

    /**
     * A burst comes in.
     *
     * @param ticket its number, one more than the last
     * @param cycle of the port
     * @param transfer cycles its data take at the port
     * @param requests it is made of
     */
    void add(long ticket, long cycle, int transfer, int requests) {
        if (ticket != tail) {
            throw new IllegalArgumentException("burst " + ticket + " comes after " + (tail - 1));
        }
        if (size() == ready.length) {
            grow();
        }
        int place = place(tail++);
        ready[place] = 0;
        submitted[place] = cycle;
        beats[place] = transfer;
        missing[place] = requests;
    }

    private void grow() {
        int size = ready.length;
        int from = place(head);
        ready = unrolled(ready, from);
        submitted = unrolled(submitted, from);
        int[] moreBeats = new int[2 * size];
        int[] moreMissing = new int[2 * size];
        long[] moreReady = new long[2 * size];
        long[] moreSubmitted = new long[2 * size];
        for (int i = 0; i < size; i++) {
            int place = (int) (head + i) & (2 * size - 1);
            moreReady[place] = ready[i];
            moreSubmitted[place] = submitted[i];
            moreBeats[place] = beats[(from + i) % size];
            moreMissing[place] = missing[(from + i) % size];
        }
        ready = moreReady;
        submitted = moreSubmitted;
        beats = moreBeats;
        missing = moreMissing;
    }

    private static long[] unrolled(long[] ring, int from) {
        long[] line = Arrays.copyOfRange(ring, from, from + ring.length);
        System.arraycopy(ring, 0, line, ring.length - from, from);
        return line;
    }

    private int place(long ticket) {
        return (int) ticket & (ready.length - 1);
    }

    /**
     * Requests of a burst are served.
     *
     * @param cycle of the port
     */
    void served(long ticket, int requests, long cycle) {
        int place = place(ticket);
        ready[place] = Math.max(ready[place], cycle);
        missing[place] -= requests;
    }

    /** Requests that the oldest burst waits for. */
    int missing() {
        return missing[place(head)];
    }

    /** A cycle before which the next answer cannot be. */
    long earliest() {
        int place = place(head);
        return Math.max(ready[place], Math.max(submitted[place], lastAnswer) + beats[place]);
    }

    /** Answers all bursts that are whole and have no unanswered one before them. */
    void answer(Completion sink) {
        while (head < tail && missing[place(head)] == 0) {
            int place = place(head);
            lastAnswer = earliest();
            sink.answered(write, head++, lastAnswer);
        }
    }
}
