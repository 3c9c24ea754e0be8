package dev.hwc.sim.dram.controller;

import java.util.Arrays;

/**
 * Requests on their way into the controller's queues, in order of arrival, those for consecutive bursts together; grows
 * as needed.
 */
final class ArrivalQueue {
    private long[] cycle = new long[64];
    private long[] tag = new long[64];
    private long[] burst = new long[64];
    private int[] bursts = new int[64];
    private boolean[] write = new boolean[64];
    private boolean[] train = new boolean[64];
    private int head;
    private int count;
    private int requests;

    void clear() {
        count = 0;
        requests = 0;
    }

    /** Requests. */
    int size() {
        return requests;
    }

    /** Groups of requests. */
    int groups() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Requests for consecutive bursts.
     *
     * @param isTrain whether they came as one
     */
    void add(long at, boolean writes, long number, int size, long requestTag, boolean isTrain) {
        if (count == cycle.length) {
            grow();
        }
        int place = place(count++);
        cycle[place] = at;
        tag[place] = requestTag;
        burst[place] = number;
        bursts[place] = size;
        write[place] = writes;
        train[place] = isTrain;
        requests += size;
    }

    private int place(int group) {
        return (head + group) & (cycle.length - 1);
    }

    private void grow() {
        int size = cycle.length;
        int[] from = new int[size];
        Arrays.setAll(from, this::place);
        cycle = moved(cycle, from);
        tag = moved(tag, from);
        burst = moved(burst, from);
        int[] largerBursts = new int[2 * size];
        boolean[] largerWrite = new boolean[2 * size];
        boolean[] largerTrain = new boolean[2 * size];
        for (int i = 0; i < size; i++) {
            largerBursts[i] = bursts[from[i]];
            largerWrite[i] = write[from[i]];
            largerTrain[i] = train[from[i]];
        }
        bursts = largerBursts;
        write = largerWrite;
        train = largerTrain;
        head = 0;
    }

    private static long[] moved(long[] values, int[] from) {
        long[] larger = new long[2 * values.length];
        for (int i = 0; i < from.length; i++) {
            larger[i] = values[from[i]];
        }
        return larger;
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

    int headBursts() {
        return bursts[head];
    }

    boolean headWrites() {
        return write[head];
    }

    boolean headIsTrain() {
        return train[head];
    }

    long cycle(int group) {
        return cycle[place(group)];
    }

    long burst(int group) {
        return burst[place(group)];
    }

    int bursts(int group) {
        return bursts[place(group)];
    }

    boolean writes(int group) {
        return write[place(group)];
    }

    boolean isTrain(int group) {
        return train[place(group)];
    }

    /** Removes the oldest group. */
    void removeGroup() {
        requests -= bursts[head];
        head = (head + 1) & (cycle.length - 1);
        count--;
    }

    /** Removes the oldest request. */
    void remove() {
        requests--;
        burst[head]++;
        if (--bursts[head] == 0) {
            head = (head + 1) & (cycle.length - 1);
            count--;
        }
    }
}
