package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.Arrays;

/** What a channel's controller knows: banks, buses, waiting requests, and who is served. */
final class ChannelState {
    final BankStates banks;
    final RequestQueue reads;
    final RequestQueue writes;
    final RefreshTimer refresh;
    final AddressMapping mapping;
    final int banksPerRank;
    final int banksPerRefresh;
    final int rankShift;
    /** Logarithm of the banks of a rank that share a word of bits. */
    final int wordShift;

    final int ranks;
    final int columnBus;
    final boolean dataClock;
    final Command activate;
    /** First clock at which each command bus is free. */
    final long[] busFree = new long[2];
    /** Requests that had a bank opened and were not served yet, per bank. */
    final int[] reserved;

    final int[] reservedInRank;
    final int[] queuedForRank;
    /** Banks with an open row, a bit each. */
    final long[] openBanks;
    /** Ranks whose refresh is due. */
    final boolean[] refreshing;

    long now;
    /** Whether writes are served first. */
    boolean writing;
    /** Since when nothing but power-down happened. */
    long quietSince;

    /** First clock after all data that were on a bus. */
    long dataUntil;

    private final int starvationClocks;

    ChannelState(DramSpec spec, ControllerPolicy policy) {
        banks = new BankStates(spec);
        refresh = new RefreshTimer(spec, policy);
        mapping = new AddressMapping(spec, policy.mapping(), policy.xor());
        banksPerRank = spec.banksPerRank();
        rankShift = Integer.numberOfTrailingZeros(banksPerRank);
        wordShift = Math.min(rankShift, 6);
        reads = new RequestQueue(policy.queueEntries(), spec.banks(), wordShift);
        writes = new RequestQueue(policy.queueEntries(), spec.banks(), wordShift);
        banksPerRefresh = spec.get("banksPerRefresh");
        ranks = spec.rankCount();
        columnBus = spec.family().twoCommandBuses() ? 1 : 0;
        dataClock = spec.family().dataClock();
        activate = spec.family().splitActivate() ? Command.ACT1 : Command.ACT;
        starvationClocks = policy.starvationClocks();
        reserved = new int[spec.banks()];
        reservedInRank = new int[ranks];
        queuedForRank = new int[ranks];
        refreshing = new boolean[ranks];
        openBanks = new long[spec.banks() >>> wordShift];
    }

    void reset() {
        banks.reset();
        refresh.reset();
        reads.clear();
        writes.clear();
        Arrays.fill(busFree, 0);
        Arrays.fill(reserved, 0);
        Arrays.fill(reservedInRank, 0);
        Arrays.fill(queuedForRank, 0);
        Arrays.fill(openBanks, 0);
        now = 0;
        writing = false;
        quietSince = 0;
        dataUntil = 0;
    }

    /**
     * A request is taken into its queue.
     *
     * @param since when
     */
    void enqueue(RequestQueue queue, long burst, long tag, long since) {
        int row = mapping.row(burst);
        int bank = mapping.bank(burst, row);
        queue.add(tag, burst, bank, row, mapping.column(burst), since, banks.openRow(bank) == row);
        queuedForRank[rank(bank)]++;
    }

    int rank(int bank) {
        return bank >>> rankShift;
    }

    /** The oldest read has waited too long. Writes were answered already and do not starve. */
    boolean readsStarve() {
        return reads.size() > 0 && now >= readsStarveAt();
    }

    long readsStarveAt() {
        return reads.since[reads.slot(0)] + starvationClocks;
    }

    void rowChanged(int bank) {
        int open = banks.openRow(bank);
        int word = bank >>> wordShift;
        long bit = 1L << (bank & ((1 << wordShift) - 1));
        openBanks[word] = open == BankStates.CLOSED ? openBanks[word] & ~bit : openBanks[word] | bit;
        reads.rowChanged(bank, open);
        writes.rowChanged(bank, open);
    }
}
