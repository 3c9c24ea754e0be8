package dev.hwc.sim.dram.controller;

import java.util.Arrays;

/**
 * Requests of one direction, oldest first, in arrays. A request for which a row was opened moves on to its bank and no
 * longer takes an entry. Places are numbers of slots.
 */
final class RequestQueue {
    private static final int NONE = -1;

    private final int[] order;
    private final int[] free;
    private final int entries;
    private int count;
    private int atBanks;
    private int banksWaiting;
    /** Requests for open rows. */
    private int allHits;

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
    /** Number of a request in the order of their arrival. */
    final long[] age;
    /** Slots of a bank's oldest request, and of the oldest for its open row. */
    final int[] first;

    final int[] firstHit;
    private final int[] last;
    /** The next younger request of the same bank. */
    private final int[] younger;
    /** A bit per bank, in words of {@code 1 << wordShift} banks: those with requests, and those with requests for the open row. */
    final long[] waitingBanks;

    final long[] hitBanks;
    private final int wordShift;
    private long arrivals;

    /**
     * An empty queue.
     *
     * @param wordShift logarithm of the banks that share a word of bits, at most 6
     */
    RequestQueue(int entries, int banks, int wordShift) {
        this.wordShift = wordShift;
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
        age = new long[slots];
        first = new int[banks];
        firstHit = new int[banks];
        last = new int[banks];
        younger = new int[slots];
        waitingBanks = new long[banks >>> wordShift];
        hitBanks = new long[banks >>> wordShift];
        perBank = new int[banks];
        clear();
    }

    void clear() {
        count = 0;
        atBanks = 0;
        banksWaiting = 0;
        allHits = 0;
        Arrays.fill(perBank, 0);
        for (int i = 0; i < free.length; i++) {
            free[i] = i;
        }
        Arrays.fill(hits, 0);
        Arrays.fill(first, NONE);
        Arrays.fill(firstHit, NONE);
        Arrays.fill(waitingBanks, 0);
        Arrays.fill(hitBanks, 0);
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

    /** Whether all requests are for open rows. */
    boolean onlyHits() {
        return allHits == count;
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
        age[slot] = arrivals++;
        younger[slot] = NONE;
        if (perBank[inBank]++ == 0) {
            banksWaiting++;
            waitingBanks[inBank >>> wordShift] |= bit(inBank);
            first[inBank] = slot;
        } else {
            younger[last[inBank]] = slot;
        }
        last[inBank] = slot;
        allHits += hit ? 1 : 0;
        if (hit && hits[inBank]++ == 0) {
            firstHit[inBank] = slot;
            hitBanks[inBank >>> wordShift] |= bit(inBank);
        }
    }

    private long bit(int inBank) {
        return 1L << (inBank & ((1 << wordShift) - 1));
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
        atBanks -= activated[slot] ? 1 : 0;
        leave(bank[slot], slot);
    }

    private void leave(int from, int slot) {
        allHits--;
        if (--hits[from] == 0) {
            hitBanks[from >>> wordShift] &= ~bit(from);
        }
        if (firstHit[from] == slot) {
            firstHit[from] = hits[from] == 0 ? NONE : next(younger[slot], row[slot]);
        }
        int older = NONE;
        for (int s = first[from]; s != slot; s = younger[s]) {
            older = s;
        }
        if (older == NONE) {
            first[from] = younger[slot];
        } else {
            younger[older] = younger[slot];
        }
        if (last[from] == slot) {
            last[from] = older;
        }
        if (--perBank[from] == 0) {
            banksWaiting--;
            waitingBanks[from >>> wordShift] &= ~bit(from);
        }
    }

    /** The first request for a row, from a slot on towards the younger ones of its bank. */
    private int next(int from, int wanted) {
        int slot = from;
        while (slot != NONE && row[slot] != wanted) {
            slot = younger[slot];
        }
        return slot;
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
        int oldest = NONE;
        if (openRow >= 0 && perBank[inBank] > 0) {
            oldest = next(first[inBank], openRow);
            for (int slot = oldest; slot != NONE; slot = next(younger[slot], openRow)) {
                sum++;
            }
        }
        firstHit[inBank] = oldest;
        int word = inBank >>> wordShift;
        hitBanks[word] = sum > 0 ? hitBanks[word] | bit(inBank) : hitBanks[word] & ~bit(inBank);
        allHits += sum - hits[inBank];
        hits[inBank] = sum;
    }
}
