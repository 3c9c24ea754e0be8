package dev.hwc.sim.dram.controller;

import java.util.Arrays;

/** Requests on their way into the controller's queues, in order of arrival; grows as needed. */
final class ArrivalQueue {
    private long[] cycle = new long[64];
    private long[] tag = new long[64];
    private long[] burst = new long[64];
    private boolean[] write = new boolean[64];
    private int head;
    private int count;

    void clear() {
        count = 0;
    }

    int size() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(long at, boolean writes, long number, long requestTag) {
        if (count == cycle.length) {
            grow();
        }
        int place = (head + count++) & (cycle.length - 1);
        cycle[place] = at;
        tag[place] = requestTag;
        burst[place] = number;
        write[place] = writes;
    }

    private void grow() {
        int size = cycle.length;
        long[][] longs = {cycle, tag, burst};
        for (int a = 0; a < longs.length; a++) {
            long[] larger = new long[2 * size];
            for (int i = 0; i < size; i++) {
                larger[i] = longs[a][(head + i) & (size - 1)];
            }
            longs[a] = larger;
        }
        boolean[] larger = Arrays.copyOf(write, 2 * size);
        for (int i = 0; i < size; i++) {
            larger[i] = write[(head + i) & (size - 1)];
        }
        cycle = longs[0];
        tag = longs[1];
        burst = longs[2];
        write = larger;
        head = 0;
    }

    long headCycle() {
        return cycle[head];
    }

    long headTag() {
        return tag[head];
    }

    long headBurst() {
        return burst[head];
    }

    boolean headWrites() {
        return write[head];
    }

    void remove() {
        head = (head + 1) & (cycle.length - 1);
        count--;
    }
}
