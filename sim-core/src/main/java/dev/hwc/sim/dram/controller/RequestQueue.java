package dev.hwc.sim.dram.controller;

import java.util.Arrays;

/**
 * Requests of one direction, oldest first, in arrays. A request for which a row was opened moves on to its bank and no
 * longer takes an entry. Places are numbers of slots.
 */
final class RequestQueue {
    private final int[] order;
    private final int[] free;
    private final int entries;
    private int count;
    private int atBanks;
    private int banksWaiting;
    private final int[] perBank;

    final long[] tag;
    final long[] burst;
    final int[] bank;
    final int[] row;
    final int[] column;
    final long[] since;
    /** Whether the bank was opened for this request. */
    final boolean[] activated;
    /** Requests for the open row, per bank. */
    final int[] hits;

    RequestQueue(int entries, int banks) {
        this.entries = entries;
        int slots = entries + banks;
        order = new int[slots];
        free = new int[slots];
        tag = new long[slots];
        burst = new long[slots];
        bank = new int[slots];
        row = new int[slots];
        column = new int[slots];
        since = new long[slots];
        activated = new boolean[slots];
        hits = new int[banks];
        perBank = new int[banks];
        clear();
    }

    void clear() {
        count = 0;
        atBanks = 0;
        banksWaiting = 0;
        Arrays.fill(perBank, 0);
        for (int i = 0; i < free.length; i++) {
            free[i] = i;
        }
        Arrays.fill(hits, 0);
    }

    int size() {
        return count;
    }

    /** Banks with requests. */
    int banksWaiting() {
        return banksWaiting;
    }

    /** Requests for which a row was opened. */
    int atBanks() {
        return atBanks;
    }

    boolean full() {
        return count - atBanks == entries;
    }

    /** The slot of the i-th oldest request. */
    int slot(int index) {
        return order[index];
    }

    void add(long requestTag, long number, int inBank, int inRow, int inColumn, long cycle, boolean hit) {
        int slot = free[count];
        order[count++] = slot;
        tag[slot] = requestTag;
        burst[slot] = number;
        bank[slot] = inBank;
        row[slot] = inRow;
        column[slot] = inColumn;
        since[slot] = cycle;
        activated[slot] = false;
        if (perBank[inBank]++ == 0) {
            banksWaiting++;
        }
        if (hit) {
            hits[inBank]++;
        }
    }

    /** Removes a request for an open row. */
    void remove(int slot) {
        int index = 0;
        while (order[index] != slot) {
            index++;
        }
        count--;
        System.arraycopy(order, index + 1, order, index, count - index);
        free[count] = slot;
        hits[bank[slot]]--;
        atBanks -= activated[slot] ? 1 : 0;
        if (--perBank[bank[slot]] == 0) {
            banksWaiting--;
        }
    }

    /** The row of a request's bank was opened for it. */
    void activate(int slot) {
        activated[slot] = true;
        atBanks++;
    }

    boolean contains(long number) {
        for (int i = 0; i < count; i++) {
            if (burst[order[i]] == number) {
                return true;
            }
        }
        return false;
    }

    /** A row was opened or, with {@link dev.hwc.sim.dram.device.BankStates#CLOSED}, closed. */
    void rowChanged(int inBank, int openRow) {
        int sum = 0;
        if (openRow >= 0) {
            for (int i = 0; i < count; i++) {
                int slot = order[i];
                if (bank[slot] == inBank && row[slot] == openRow) {
                    sum++;
                }
            }
        }
        hits[inBank] = sum;
    }
}
