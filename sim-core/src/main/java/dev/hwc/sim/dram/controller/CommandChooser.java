package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;

/** Finds the command that comes next: of ranks (refresh, power-down) here, of requests in {@link RequestChooser}. */
final class CommandChooser {
    private final ChannelState channel;
    private final BankStates banks;
    private final Candidate best;
    private final RequestChooser requests;
    private final int powerDownAfter;

    CommandChooser(ChannelState channel, ControllerPolicy policy, Candidate best) {
        this.channel = channel;
        this.banks = channel.banks;
        this.best = best;
        this.requests = new RequestChooser(channel, policy, best);
        this.powerDownAfter = policy.powerDownAfter();
    }

    /** Leaves the best command in the candidate; it stays without one when nothing waits. */
    void choose() {
        best.clear();
        boolean work = channel.reads.size() + channel.writes.size() > 0;
        boolean plain = true; // nobody waits for a refresh or sleeps
        for (int rank = 0; rank < channel.ranks; rank++) {
            if (banks.asleep(rank)) {
                plain = false;
                if (work || channel.refreshing[rank]) {
                    ofRank(Command.PDX, rank, Candidate.URGENT, channel.now);
                }
                continue;
            }
            if (banks.activating(rank) >= 0) {
                ofBank(Command.ACT2, banks.activating(rank), Candidate.SPLIT);
            }
            if (channel.refreshing[rank]) {
                plain = false;
                refresh(rank);
            }
        }
        if (work) {
            requests.choose(plain);
        } else if (powerDownAfter > 0) {
            for (int rank = 0; rank < channel.ranks; rank++) {
                if (!banks.asleep(rank) && !channel.refreshing[rank]) {
                    long quiet = Math.max(channel.now, channel.quietSince + powerDownAfter);
                    ofRank(Command.PDE, rank, Candidate.SLEEP, quiet);
                }
            }
        }
    }

    private void refresh(int rank) {
        if (channel.refresh.byBank()) {
            refreshByBank(rank, rank * channel.banksPerRank + channel.refresh.bank(rank));
        } else if (channel.reservedInRank[rank] == 0 && banks.activating(rank) < 0) {
            Command command = banks.openBanks(rank) > 0 ? Command.PREA : Command.REFAB;
            ofRank(command, rank, Candidate.URGENT, channel.now);
        }
    }

    private void refreshByBank(int rank, int bank) {
        long start = Math.max(channel.now, channel.busFree[0]);
        for (int i = 0; i < channel.banksPerRefresh; i++) {
            int one = banks.refreshed(bank, i);
            if (channel.reserved[one] > 0 || banks.activating(rank) == one) {
                return;
            }
            if (banks.openRow(one) != BankStates.CLOSED) {
                ofBank(Command.PRE, one, Candidate.URGENT);
                return;
            }
            start = Math.max(start, banks.earliest(Command.REFPB, one));
        }
        best.take(Command.REFPB, bank, Candidate.URGENT, start);
    }

    private void ofBank(Command command, int bank, int order) {
        long bus = Math.max(channel.now, channel.busFree[0]);
        best.take(command, bank, order, Math.max(bus, banks.earliest(command, bank)));
    }

    private void ofRank(Command command, int rank, int order, long from) {
        long bus = Math.max(from, channel.busFree[0]);
        best.take(command, rank * channel.banksPerRank, order, Math.max(bus, banks.earliestOfRank(command, rank)));
    }
}
