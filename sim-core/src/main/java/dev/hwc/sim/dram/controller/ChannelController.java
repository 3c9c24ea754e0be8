package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.controller.ControllerPolicy.Page;
import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One channel's controller. Of all commands that could come next it takes the one that can begin first; at the same
 * clock a column command before one that opens or closes a row, and then the older request's. No command that waits can
 * be overtaken later, so the controller jumps from command to command; arrivals, due refreshes and starving requests are
 * events in between.
 *
 * <p>Reads go before writes until many writes wait or no read does ({@link ControllerPolicy}). A write is answered when
 * it is in the queue, and reads of it are served from there. A row is not closed while queued requests of the direction
 * that is served want it, nor before the request that opened it was served.
 */
public final class ChannelController {
    /** Nothing will happen without another request. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A due refresh or a starving request, then columns, then the rest. */
    private static final int URGENT = 0;

    private static final int COLUMN = 1;
    private static final int SPLIT = 2;
    private static final int ROW = 3;
    private static final int SLEEP = 4;
    private static final int NO_SLOT = -1;

    private final ControllerPolicy policy;
    private final boolean closedPage;
    private final BankStates banks;
    private final AddressMapping mapping;
    private final RefreshTimer refresh;
    private final CommandObserver observer;
    private final ServedRequests served;
    private final RequestQueue reads;
    private final RequestQueue writes;
    private final ArrivalQueue arrivals = new ArrivalQueue();
    private final int banksPerRank;
    private final int rankShift;
    private final int banksPerRefresh;
    private final int ranks;
    private final int[] clocks;
    private final int columnBus;
    private final boolean dataClock;
    private final Command activate;
    private final int readClocks;
    private final int writeClocks;

    private final long[] busFree = new long[2];
    /** Requests that had a bank opened and were not served yet, per bank. */
    private final int[] reserved;

    private final int[] reservedInRank;
    private final int[] queuedForRank;
    /** The look in which a bank's candidate was found. */
    private final long[] settled;

    private final boolean[] refreshing;

    private long look;
    private boolean writing;
    private long now;
    private long next;
    private long quietSince;
    private long dataUntil;

    /** Whether the best candidate below is still to be issued, at clock next, and nothing came between. */
    private boolean decided;

    // clocks before which no column and no activation of a rank can begin for the current queue
    private final long[] columnBound;
    private final long[] activateBound;

    // the best candidate of the current look
    private long bestStart;
    private int bestOrder;
    private long bestAge;
    private Command best = Command.PRE;
    private int bestBank;
    private int bestSlot;
    private RequestQueue bestQueue;
    /** The command that follows a CAS. */
    private Command bestColumn = Command.RD;

    /**
     * A controller with an idle channel.
     *
     * @param observer told every command
     * @param served told what becomes of requests
     */
    public ChannelController(DramSpec spec, ControllerPolicy policy, CommandObserver observer, ServedRequests served) {
        this.policy = policy;
        this.observer = observer;
        this.served = served;
        banks = new BankStates(spec);
        mapping = new AddressMapping(spec, policy.mapping(), policy.xor());
        refresh = new RefreshTimer(spec, policy);
        reads = new RequestQueue(policy.queueEntries(), spec.banks());
        writes = new RequestQueue(policy.queueEntries(), spec.banks());
        bestQueue = reads;
        banksPerRank = spec.banksPerRank();
        rankShift = Integer.numberOfTrailingZeros(banksPerRank);
        banksPerRefresh = spec.get("banksPerRefresh");
        ranks = spec.rankCount();
        clocks = Arrays.stream(Command.values()).mapToInt(spec::clocks).toArray();
        columnBus = spec.family().twoCommandBuses() ? 1 : 0;
        dataClock = spec.family().dataClock();
        activate = spec.family().splitActivate() ? Command.ACT1 : Command.ACT;
        readClocks = spec.get("tCL") + spec.get("tBL");
        writeClocks = spec.get("tCWL") + spec.get("tBL");
        reserved = new int[spec.banks()];
        reservedInRank = new int[ranks];
        queuedForRank = new int[ranks];
        settled = new long[spec.banks()];
        refreshing = new boolean[ranks];
        columnBound = new long[ranks];
        activateBound = new long[ranks];
        closedPage = policy.page() == Page.CLOSED;
        reset();
    }

    /** Forgets everything; clocks begin again at 0. */
    public void reset() {
        banks.reset();
        refresh.reset();
        reads.clear();
        writes.clear();
        arrivals.clear();
        Arrays.fill(busFree, 0);
        Arrays.fill(reserved, 0);
        Arrays.fill(reservedInRank, 0);
        Arrays.fill(queuedForRank, 0);
        Arrays.fill(settled, 0);
        look = 0;
        writing = false;
        now = 0;
        next = 0;
        quietSince = 0;
        dataUntil = 0;
        decided = false;
    }

    /**
     * A request for one burst. Requests come in the order of their cycles.
     *
     * @param cycle of its arrival, not before a cycle to which the controller was run
     * @param burst number of the burst in the channel
     */
    public void submit(long cycle, boolean write, long burst, long tag) {
        long seen = cycle + policy.arrivalClocks();
        boolean first = arrivals.isEmpty(); // others wait for the one before them
        arrivals.add(seen, write, burst, tag);
        if (first && seen <= next) {
            decided = false;
            next = Math.max(now, seen);
        }
    }

    /** Requests that are in no queue yet. */
    public int waiting() {
        return arrivals.size();
    }

    /** Whether every request was served and every write is in its bank. */
    public boolean idle() {
        return arrivals.isEmpty() && reads.size() == 0 && writes.size() == 0;
    }

    /** First clock after all data that were on a bus. */
    public long dataUntil() {
        return dataUntil;
    }

    /** Earliest clock at which the controller would do something, idle refreshes included. */
    public long next() {
        return next;
    }

    /** Does everything up to and including a clock. */
    public void run(long limit) {
        while (next <= limit) {
            step(limit);
        }
    }

    /** Commands and states up to a clock, not before one to which the controller was run. */
    public CommandCounts counts(long cycle) {
        return banks.counts(cycle);
    }

    private void step(long limit) {
        now = Math.max(now, next);
        if (!decided) {
            admit();
            chooseDirection();
            long event = nextEvent();
            pick();
            if (bestStart >= event) {
                next = event;
                return;
            }
            if (bestStart > limit) {
                decided = true;
                next = bestStart;
                return;
            }
        }
        decided = false;
        now = bestStart;
        issue();
        next = now;
    }

    // ---- requests come in

    private void admit() {
        while (!arrivals.isEmpty() && arrivals.headCycle() <= now) {
            long burst = arrivals.headBurst();
            long tag = arrivals.headTag();
            if (arrivals.headWrites()) {
                if (writes.full()) {
                    return;
                }
                enqueue(writes, burst, tag);
                served.accepted(tag, true, now);
            } else if (writes.size() > 0 && writes.contains(burst)) {
                served.accepted(tag, false, now);
                served.read(tag, now + policy.responseClocks());
            } else if (reads.full()) {
                return;
            } else {
                enqueue(reads, burst, tag);
                served.accepted(tag, false, now);
            }
            arrivals.remove();
        }
    }

    private void enqueue(RequestQueue queue, long burst, long tag) {
        int bank = mapping.bank(burst);
        int row = mapping.row(burst);
        queue.add(tag, burst, bank, row, mapping.column(burst), now, banks.openRow(bank) == row);
        queuedForRank[bank >>> rankShift]++;
    }

    /** Drains writes from the high mark to the low one, or when there is nothing else to do. */
    private void chooseDirection() {
        boolean starving = readsStarve();
        if (writing) {
            writing = reads.size() == 0 || (writes.size() >= policy.writeLow() && writes.size() > 0 && !starving);
        } else {
            writing = (reads.size() == 0 || writes.size() >= policy.writeHigh()) && !starving;
        }
    }

    /** Writes were answered already and do not starve. */
    private boolean readsStarve() {
        return reads.size() > 0 && now >= readsStarveAt();
    }

    private long readsStarveAt() {
        return reads.since[reads.slot(0)] + policy.starvationClocks();
    }

    /** The first event after now that could change a decision. */
    private long nextEvent() {
        long event = NEVER;
        if (!arrivals.isEmpty() && arrivals.headCycle() > now) {
            event = arrivals.headCycle();
        }
        for (int rank = 0; rank < ranks; rank++) {
            long due = refresh.due(rank, queuedForRank[rank] > 0);
            refreshing[rank] = due <= now;
            if (due > now) {
                event = Math.min(event, due);
            }
        }
        return reads.size() > 0 && readsStarveAt() > now ? Math.min(event, readsStarveAt()) : event;
    }

    // ---- choosing a command

    private void pick() {
        bestStart = NEVER;
        look++;
        boolean work = reads.size() + writes.size() > 0;
        boolean plain = true; // nobody waits for a refresh or sleeps
        for (int rank = 0; rank < ranks; rank++) {
            if (banks.asleep(rank)) {
                plain = false;
                if (work || refreshing[rank]) {
                    ofRank(Command.PDX, rank, URGENT, now);
                }
                continue;
            }
            if (banks.activating(rank) >= 0) {
                consider(Command.ACT2, banks.activating(rank), SPLIT, null, NO_SLOT);
            }
            if (refreshing[rank]) {
                plain = false;
                refresh(rank);
            }
        }
        if (work) {
            RequestQueue served = writing ? writes : reads;
            RequestQueue other = writing ? reads : writes;
            if (plain && (writing || !readsStarve())) {
                considerBanks(served, other.atBanks() > 0);
            } else {
                consider(served, false);
            }
            consider(other, true);
        } else if (policy.powerDownAfter() > 0) {
            for (int rank = 0; rank < ranks; rank++) {
                if (!banks.asleep(rank) && !refreshing[rank]) {
                    ofRank(Command.PDE, rank, SLEEP, Math.max(now, quietSince + policy.powerDownAfter()));
                }
            }
        }
    }

    private void refresh(int rank) {
        int first = rank * banksPerRank;
        if (refresh.byBank()) {
            int bank = first + refresh.bank(rank);
            for (int i = 0; i < banksPerRefresh; i++) {
                int one = banks.refreshed(bank, i);
                if (reserved[one] > 0 || banks.activating(rank) == one) {
                    return;
                }
                if (banks.openRow(one) != BankStates.CLOSED) {
                    consider(Command.PRE, one, URGENT, null, NO_SLOT);
                    return;
                }
            }
            considerBankRefresh(bank);
        } else if (reservedInRank[rank] == 0 && banks.activating(rank) < 0) {
            ofRank(banks.openBanks(rank) > 0 ? Command.PREA : Command.REFAB, rank, URGENT, now);
        }
    }

    private void considerBankRefresh(int bank) {
        long start = Math.max(now, busFree[0]);
        for (int i = 0; i < banksPerRefresh; i++) {
            start = Math.max(start, banks.earliest(Command.REFPB, banks.refreshed(bank, i)));
        }
        take(Command.REFPB, bank, URGENT, null, NO_SLOT, start, NEVER);
    }

    /** Whether new work for a bank must wait for a refresh. */
    private boolean heldBack(int rank, int bank) {
        if (!refreshing[rank]) {
            return false;
        }
        if (!refresh.byBank()) {
            return true;
        }
        int set = banksPerRank / banksPerRefresh;
        return (bank - rank * banksPerRank) % set == refresh.bank(rank);
    }

    /**
     * The commands that requests of a queue need next, at most one per bank: of a bank with an open row the column
     * command of the oldest hit, otherwise what opens or closes a row for the oldest request.
     */
    private void consider(RequestQueue queue, boolean activatedOnly) {
        if (activatedOnly && queue.atBanks() == 0) {
            return;
        }
        boolean starving = !activatedOnly && queue == reads && readsStarve();
        int banksLeft = queue.banksWaiting();
        int activatedLeft = queue.atBanks();
        for (int i = 0; i < queue.size() && banksLeft > 0 && (!activatedOnly || activatedLeft > 0); i++) {
            int slot = queue.slot(i);
            boolean activated = queue.activated[slot];
            activatedLeft -= activated ? 1 : 0;
            int bank = queue.bank[slot];
            if (settled[bank] == look) {
                continue;
            }
            if (!activated && (activatedOnly || (starving && i > 0))) {
                continue;
            }
            int rank = bank >>> rankShift;
            if (banks.asleep(rank) || (!activated && heldBack(rank, bank))) {
                continue;
            }
            if (candidate(queue, slot, bank, rank, starving && i == 0)) {
                settled[bank] = look;
                banksLeft--;
            }
        }
    }

    /**
     * The same for a direction of which no request is urgent, held back or asleep: bank by bank, each by its oldest
     * request, or the oldest for the open row. What cannot beat the best so far is not looked at more closely.
     *
     * @param mark whether requests of the other direction must leave these banks alone
     */
    private void considerBanks(RequestQueue queue, boolean mark) {
        bound(queue);
        long closeBound = Math.max(now, busFree[0]);
        for (int i = 0; i < queue.banksWaiting(); i++) {
            int bank = queue.waiting(i);
            int rank = bank >>> rankShift;
            boolean closed = banks.openRow(bank) == BankStates.CLOSED;
            boolean hit = !closed && queue.hits[bank] > 0;
            if (!closed && !hit && reserved[bank] > 0) {
                continue;
            }
            if (mark) {
                settled[bank] = look;
            }
            int slot = hit ? queue.firstHit[bank] : queue.first[bank];
            long age = queue.age[slot];
            if (hit) {
                if (better(columnBound[rank], COLUMN, age)) {
                    column(queue, slot, bank, rank, COLUMN, age);
                }
            } else if (better(closed ? activateBound[rank] : closeBound, ROW, age)
                    && (!closed || banks.activating(rank) < 0)) {
                Command command = closed ? activate : Command.PRE;
                take(command, bank, ROW, queue, slot, onRowBus(command, bank), age);
            }
        }
    }

    /** Finds the clocks before which no request of a queue can have a command. */
    private void bound(RequestQueue queue) {
        long row = Math.max(now, busFree[0]);
        long column = Math.max(now, busFree[columnBus]);
        for (int rank = 0; rank < ranks; rank++) {
            long ready = queue == writes ? ready(Command.WR, Command.WRA, rank) : ready(Command.RD, Command.RDA, rank);
            columnBound[rank] = Math.max(column, ready - (dataClock ? 1 : 0)); // a CAS goes a clock before
            activateBound[rank] = Math.max(row, banks.earliestOfAnyBank(activate, rank));
        }
    }

    private long ready(Command open, Command closing, int rank) {
        long ready = banks.earliestOfAnyBank(open, rank);
        return closedPage ? Math.min(ready, banks.earliestOfAnyBank(closing, rank)) : ready;
    }

    /** Considers a request's next command; false if a younger request of the bank may have one. */
    private boolean candidate(RequestQueue queue, int slot, int bank, int rank, boolean starving) {
        int open = banks.openRow(bank);
        if (open == queue.row[slot]) {
            column(queue, slot, bank, rank, starving ? URGENT : COLUMN, NEVER);
            return true;
        }
        if (open == BankStates.CLOSED) {
            if (banks.activating(rank) < 0) {
                consider(activate, bank, starving ? URGENT : ROW, queue, slot);
            }
            return true;
        }
        boolean close = reserved[bank] == 0 && (queue.hits[bank] == 0 || starving);
        if (close) {
            consider(Command.PRE, bank, starving ? URGENT : ROW, queue, slot);
        }
        return close;
    }

    private void column(RequestQueue queue, int slot, int bank, int rank, int order, long age) {
        boolean last = closedPage && reads.hits[bank] + writes.hits[bank] == 1;
        Command command = queue == writes ? last ? Command.WRA : Command.WR : last ? Command.RDA : Command.RD;
        long ready = banks.earliest(command, bank);
        long start = Math.max(Math.max(now, ready), busFree[columnBus]);
        if (banks.dataClockRuns(rank, start)) {
            take(command, bank, order, queue, slot, start, age);
        } else {
            long sync = Math.max(Math.max(now, ready - 1), busFree[columnBus]);
            sync = Math.max(sync, banks.earliestOfRank(Command.CAS, rank));
            if (take(Command.CAS, bank, order, queue, slot, sync, age)) {
                bestColumn = command;
            }
        }
    }

    private void consider(Command command, int bank, int order, @Nullable RequestQueue queue, int slot) {
        take(command, bank, order, queue, slot, onRowBus(command, bank), NEVER);
    }

    private long onRowBus(Command command, int bank) {
        return Math.max(Math.max(now, busFree[0]), banks.earliest(command, bank));
    }

    private void ofRank(Command command, int rank, int order, long from) {
        long start = Math.max(Math.max(from, busFree[0]), banks.earliestOfRank(command, rank));
        take(command, rank * banksPerRank, order, null, NO_SLOT, start, NEVER);
    }

    private boolean better(long start, int order, long age) {
        return start < bestStart
                || (start == bestStart && (order < bestOrder || (order == bestOrder && age < bestAge)));
    }

    /** @param age of the request, if candidates are not considered in the order of their age */
    private boolean take(
            Command command, int bank, int order, @Nullable RequestQueue queue, int slot, long start, long age) {
        if (better(start, order, age)) {
            bestStart = start;
            bestOrder = order;
            bestAge = age;
            best = command;
            bestBank = bank;
            bestSlot = slot;
            bestQueue = queue == null ? reads : queue;
            return true;
        }
        return false;
    }

    // ---- doing it

    private void issue() {
        if (best == Command.CAS) {
            put(Command.CAS, bestBank, 0, 0);
            now++;
            best = bestColumn;
        }
        int rank = bestBank >>> rankShift;
        switch (best) {
            case RD, RDA, WR, WRA -> serve();
            case ACT, ACT1 -> {
                put(best, bestBank, bestQueue.row[bestSlot], 0);
                bestQueue.activate(bestSlot);
                reserved[bestBank]++;
                reservedInRank[rank]++;
                if (best == Command.ACT) {
                    rowChanged(bestBank);
                }
            }
            case ACT2 -> {
                put(best, bestBank, banks.activatingRow(rank), 0);
                rowChanged(bestBank);
            }
            case PRE -> {
                put(best, bestBank, 0, 0);
                rowChanged(bestBank);
            }
            case PREA -> {
                put(best, bestBank, 0, 0);
                for (int bank = bestBank; bank < bestBank + banksPerRank; bank++) {
                    rowChanged(bank);
                }
            }
            case REFAB, REFPB -> {
                put(best, bestBank, 0, 0);
                refresh.refreshed(rank);
            }
            case PDE, PDX, CAS -> put(best, bestBank, 0, 0);
        }
        if (best != Command.PDE) {
            quietSince = now;
        }
    }

    private void serve() {
        int slot = bestSlot;
        RequestQueue queue = bestQueue;
        put(best, bestBank, 0, queue.column[slot]);
        int rank = bestBank >>> rankShift;
        if (queue.activated[slot]) {
            reserved[bestBank]--;
            reservedInRank[rank]--;
        }
        queuedForRank[rank]--;
        long end = now + clocks[best.ordinal()] - 1;
        if (queue == reads) {
            served.read(queue.tag[slot], end + readClocks + policy.responseClocks());
        }
        dataUntil = Math.max(dataUntil, end + (queue == reads ? readClocks : writeClocks));
        queue.remove(slot);
        if (best.autoPrecharges()) {
            rowChanged(bestBank);
        }
    }

    private void rowChanged(int bank) {
        reads.rowChanged(bank, banks.openRow(bank));
        writes.rowChanged(bank, banks.openRow(bank));
    }

    private void put(Command command, int bank, int row, int column) {
        banks.issue(command, bank, row, now);
        observer.issued(now, command, bank, row, column);
        int bus = command.bus() == Command.Bus.COLUMN ? columnBus : 0;
        busFree[bus] = now + clocks[command.ordinal()];
    }
}
