package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.controller.ControllerPolicy.Page;
import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;

/**
 * Considers what requests need next, at most one command per bank: of a bank with an open row the column command of the
 * oldest hit, otherwise what opens or closes a row for the oldest request. The direction that is served comes first; of
 * the other one only requests for which a row was opened have commands, of banks that the first leaves alone.
 */
final class RequestChooser {
    private static final long NEVER = ChannelController.NEVER;

    private final ChannelState channel;
    private final BankStates banks;
    private final RequestQueue reads;
    private final RequestQueue writes;
    private final Candidate best;
    private final boolean closedPage;
    private final Command activate;
    private final int columnBus;
    private final int rankShift;
    private final int wordShift;
    private final int[] reserved;
    private final long[] busFree;
    /** The look in which a bank's candidate was found. */
    private final long[] settled;

    private long look;

    RequestChooser(ChannelState channel, ControllerPolicy policy, Candidate best) {
        this.channel = channel;
        this.banks = channel.banks;
        this.reads = channel.reads;
        this.writes = channel.writes;
        this.best = best;
        closedPage = policy.page() == Page.CLOSED;
        activate = channel.activate;
        columnBus = channel.columnBus;
        rankShift = channel.rankShift;
        wordShift = channel.wordShift;
        reserved = channel.reserved;
        busFree = channel.busFree;
        settled = new long[channel.reserved.length];
    }

    /** @param plain whether no rank waits for a refresh or sleeps */
    void choose(boolean plain) {
        look++;
        RequestQueue served = channel.writing ? writes : reads;
        RequestQueue other = channel.writing ? reads : writes;
        if (plain && (channel.writing || !channel.readsStarve())) {
            bankByBank(served, other.atBanks() > 0);
        } else {
            byAge(served);
        }
        if (other.atBanks() > 0) {
            activated(other);
        }
    }

    // ---- bank by bank

    /**
     * Of a direction of which no request is urgent, held back or asleep. Ranks and banks that cannot beat the best so far
     * are not looked at more closely.
     *
     * @param mark whether requests of the other direction must leave these banks alone
     */
    private void bankByBank(RequestQueue queue, boolean mark) {
        int words = queue.hitBanks.length;
        for (int word = 0; word < words; word++) {
            if (queue.hitBanks[word] != 0) {
                columns(queue, word, queue.hitBanks[word]);
            }
        }
        for (int word = 0; word < words; word++) {
            long waiting = queue.waitingBanks[word] & ~queue.hitBanks[word];
            if (waiting != 0) {
                rows(queue, word, waiting);
            }
            if (mark) {
                mark(word, queue.waitingBanks[word], queue.hitBanks[word]);
            }
        }
    }

    private void columns(RequestQueue queue, int word, long hits) {
        int rank = word >>> (rankShift - wordShift);
        long ready = queue == writes ? ready(Command.WR, Command.WRA, rank) : ready(Command.RD, Command.RDA, rank);
        long bus = Math.max(channel.now, busFree[columnBus]);
        long bound = Math.max(bus, ready - (channel.dataClock ? 1 : 0)); // a CAS goes a clock before
        for (long left = hits; left != 0 && bound <= best.start; left &= left - 1) {
            int bank = (word << wordShift) + Long.numberOfTrailingZeros(left);
            int slot = queue.firstHit[bank];
            long age = queue.age[slot];
            if (best.beatenBy(bound, Candidate.COLUMN, age)) {
                column(queue, slot, bank, rank, Candidate.COLUMN, age);
            }
        }
    }

    /** @param waiting banks with requests, none of which is for the open row */
    private void rows(RequestQueue queue, int word, long waiting) {
        int rank = word >>> (rankShift - wordShift);
        long bus = Math.max(channel.now, busFree[0]);
        long closed = waiting & ~channel.openBanks[word];
        if (closed != 0 && banks.activating(rank) < 0) {
            rows(queue, word, closed, activate, Math.max(bus, banks.earliestOfAnyBank(activate, rank)));
        }
        long open = waiting & channel.openBanks[word];
        if (open != 0) {
            rows(queue, word, open, Command.PRE, bus);
        }
    }

    private void rows(RequestQueue queue, int word, long places, Command command, long bound) {
        for (long left = places; left != 0 && bound <= best.start; left &= left - 1) {
            int bank = (word << wordShift) + Long.numberOfTrailingZeros(left);
            int slot = queue.first[bank];
            long age = queue.age[slot];
            if ((command != Command.PRE || reserved[bank] == 0) && best.beatenBy(bound, Candidate.ROW, age)) {
                row(command, bank, Candidate.ROW, queue, slot, age);
            }
        }
    }

    /** Banks that have a candidate; those whose row waits for the request that opened it have none. */
    private void mark(int word, long waiting, long hits) {
        for (long left = waiting; left != 0; left &= left - 1) {
            int place = Long.numberOfTrailingZeros(left);
            int bank = (word << wordShift) + place;
            boolean reservedRow = (channel.openBanks[word] & ~hits & 1L << place) != 0 && reserved[bank] > 0;
            if (!reservedRow) {
                settled[bank] = look;
            }
        }
    }

    private long ready(Command open, Command closing, int rank) {
        long ready = banks.earliestOfAnyBank(open, rank);
        return closedPage ? Math.min(ready, banks.earliestOfAnyBank(closing, rank)) : ready;
    }

    // ---- request by request

    /** Of a direction with a request that starves, or with ranks that sleep or hold new work back. */
    private void byAge(RequestQueue queue) {
        boolean starving = queue == reads && channel.readsStarve();
        int banksLeft = queue.banksWaiting();
        for (int i = 0; i < queue.size() && banksLeft > 0; i++) {
            int slot = queue.slot(i);
            int bank = queue.bank[slot];
            boolean started = queue.activated[slot];
            if (settled[bank] == look || (starving && i > 0 && !started)) {
                continue;
            }
            int rank = bank >>> rankShift;
            if (banks.asleep(rank) || (!started && heldBack(rank, bank))) {
                continue;
            }
            if (candidate(queue, slot, bank, rank, starving && i == 0)) {
                settled[bank] = look;
                banksLeft--;
            }
        }
    }

    /** Requests for which a row was opened are served, though their direction is not. */
    private void activated(RequestQueue queue) {
        int left = queue.atBanks();
        for (int i = 0; left > 0; i++) {
            int slot = queue.slot(i);
            if (!queue.activated[slot]) {
                continue;
            }
            left--;
            int bank = queue.bank[slot];
            int rank = bank >>> rankShift;
            if (settled[bank] != look && !banks.asleep(rank) && candidate(queue, slot, bank, rank, false)) {
                settled[bank] = look;
            }
        }
    }

    /** Whether new work for a bank must wait for a refresh. */
    private boolean heldBack(int rank, int bank) {
        if (!channel.refreshing[rank]) {
            return false;
        }
        if (!channel.refresh.byBank()) {
            return true;
        }
        int set = channel.banksPerRank / channel.banksPerRefresh;
        return (bank - rank * channel.banksPerRank) % set == channel.refresh.bank(rank);
    }

    /** Considers a request's next command; false if a younger request of the bank may have one. */
    private boolean candidate(RequestQueue queue, int slot, int bank, int rank, boolean starving) {
        int open = banks.openRow(bank);
        if (open == queue.row[slot]) {
            column(queue, slot, bank, rank, starving ? Candidate.URGENT : Candidate.COLUMN, NEVER);
            return true;
        }
        int order = starving ? Candidate.URGENT : Candidate.ROW;
        if (open == BankStates.CLOSED) {
            if (banks.activating(rank) < 0) {
                row(activate, bank, order, queue, slot, NEVER);
            }
            return true;
        }
        boolean close = reserved[bank] == 0 && (queue.hits[bank] == 0 || starving);
        if (close) {
            row(Command.PRE, bank, order, queue, slot, NEVER);
        }
        return close;
    }

    // ---- one command

    private void row(Command command, int bank, int order, RequestQueue queue, int slot, long age) {
        long bus = Math.max(channel.now, busFree[0]);
        best.take(command, bank, order, queue, slot, Math.max(bus, banks.earliest(command, bank)), age);
    }

    private void column(RequestQueue queue, int slot, int bank, int rank, int order, long age) {
        boolean last = closedPage && reads.hits[bank] + writes.hits[bank] == 1;
        Command command = queue == writes ? last ? Command.WRA : Command.WR : last ? Command.RDA : Command.RD;
        long bus = Math.max(channel.now, busFree[columnBus]);
        long ready = banks.earliest(command, bank);
        long start = Math.max(bus, ready);
        if (banks.dataClockRuns(rank, start)) {
            best.take(command, bank, order, queue, slot, start, age);
        } else {
            long sync = Math.max(Math.max(bus, ready - 1), banks.earliestOfRank(Command.CAS, rank));
            if (best.take(Command.CAS, bank, order, queue, slot, sync, age)) {
                best.column = command;
            }
        }
    }
}
