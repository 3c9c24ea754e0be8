package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.controller.ControllerPolicy.Page;
import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;

/**
 * The short way through the controller: trains of reads of rows that are open. While nothing else waits, the oldest
 * read comes next as long as it can begin when the first column command of any bank can; then nobody has to look at
 * queues and banks. As soon as anything else matters (another row, a write, a refresh, power-down, a read that younger
 * ones could overtake) the requests that wait are put into the queue as they would stand there, and the controller goes
 * on. So commands and answers are the same.
 */
final class OpenRowReads {
    private static final long NEVER = ChannelController.NEVER;

    private final ChannelState channel;
    private final BankStates banks;
    private final ArrivalQueue arrivals;
    private final CommandObserver observer;
    private final ServedRequests served;
    private final AddressMapping mapping;
    private final int columnBus;
    private final int entries;
    private final int columnClocks;
    private final int readClocks;
    private final int responseClocks;
    private final int powerDownAfter;
    private final boolean allowed;
    private final ReadPatterns patterns;
    private final OpenBlocks blocks;
    /** When each of the last reads began that freed an entry of the queue. */
    private final long[] begun;

    private boolean active;
    private long opened;
    /** Reads issued since that had an entry of the queue, and the place in the ring of the next one. */
    private long issued;

    private int place;
    /** From then on banks themselves allow reads. */
    private long ready;
    /** Groups of arrivals that are known to be for open rows, those of them that came in, and requests in these. */
    private int hits;

    private int groups;

    private int waiting;
    /** Whether no pattern helps with the oldest train. */
    private boolean oneByOne;
    /** Whether a CAS goes before the read that {@link #start} found. */
    private boolean synchronizes;
    /** Reads of a tag that are answered, which nobody was told yet, and the clock after the last one's command. */
    private int answered;

    private long answeredTag;
    private long issuedUntil;

    OpenRowReads(
            ChannelState channel,
            ControllerPolicy policy,
            ArrivalQueue arrivals,
            CommandObserver observer,
            ServedRequests served,
            DramSpec spec) {
        this.channel = channel;
        this.banks = channel.banks;
        this.arrivals = arrivals;
        this.observer = observer;
        this.served = served;
        mapping = channel.mapping;
        columnBus = channel.columnBus;
        entries = policy.queueEntries();
        columnClocks = spec.clocks(Command.RD);
        readClocks = spec.get("tCL") + spec.get("tBL");
        responseClocks = policy.responseClocks();
        powerDownAfter = policy.powerDownAfter();
        allowed = policy.page() == Page.OPEN;
        begun = new long[entries];
        patterns = new ReadPatterns(channel, spec);
        blocks = new OpenBlocks(channel);
    }

    void reset() {
        active = false;
        answered = 0;
    }

    boolean active() {
        return active;
    }

    /** Takes over at a clock, if there is nothing but what this knows. */
    boolean begin(long clock) {
        if (active) {
            return true;
        }
        boolean free = allowed
                && channel.writes.size() == 0
                && (channel.reads.size() > 0
                        ? channel.reads.onlyHits() && banks.earliestOfAllBanks(Command.RD) <= clock
                        : !arrivals.isEmpty() && arrivals.headIsTrain() && arrivals.headCycle() <= clock);
        for (int rank = 0; free && rank < channel.ranks; rank++) {
            free = !banks.asleep(rank) && banks.activating(rank) < 0 && channel.refresh.due(rank, false) > clock;
        }
        if (free) {
            active = true;
            opened = clock;
            issued = 0;
            place = 0;
            groups = 0;
            hits = 0;
            waiting = channel.reads.size();
            oneByOne = false;
            ready = banks.earliestOfAllBanks(Command.RD);
            blocks.forget();
        }
        return free;
    }

    /**
     * Goes on from a clock.
     *
     * @return the clock of what comes next; if not {@link #active} any more, the controller's own step
     */
    long run(long from, long limit) {
        long now = from;
        while (true) {
            if (!admitted(now)) {
                return end(now);
            }
            channel.writing = waiting == 0;
            boolean idle = waiting == 0;
            long due = due();
            if (!idle && !oneByOne && channel.reads.size() == 0) {
                long end = train(now, Math.min(limit, due - 1));
                if (end >= now) {
                    now = end;
                    continue;
                }
                oneByOne = true;
            }
            long stop = idle ? Math.min(due, sleep()) : due;
            long event = Math.min(arrival(), stop);
            long start = idle ? NEVER : start(now);
            if (start < now) {
                return end(now);
            }
            if (start >= event) {
                if (event > limit) {
                    return wait(now, event);
                }
                if (event == stop) {
                    return end(event);
                }
                now = event;
            } else if (start > limit) {
                return wait(now, start);
            } else {
                now = issue(start);
                if (now > limit) {
                    return wait(now, now);
                }
            }
        }
    }

    private long wait(long now, long next) {
        tell();
        patterns.drop();
        channel.now = now;
        return next;
    }

    /** Leaves the rest to the controller: requests that would be in the queue go there. */
    private long end(long at) {
        tell();
        patterns.drop();
        banks.settle();
        long request = issued + channel.reads.size() - channel.reads.atBanks();
        while (channel.reads.size() < waiting && !channel.reads.full()) {
            long since = Math.max(opened, arrivals.headCycle());
            if (request >= entries) {
                since = Math.max(since, begun[(int) (request % entries)]);
            }
            channel.enqueue(channel.reads, arrivals.headBurst(), arrivals.headTag(), since);
            arrivals.remove();
            request++;
        }
        active = false;
        return at;
    }

    // ---- what comes in

    /** Looks at what would be in the queue at a clock; false if not all of it is for open rows. */
    private boolean admitted(long now) {
        while (arrival() <= now) {
            if (groups == hits && !hit()) {
                return false;
            }
            waiting += arrivals.bursts(groups);
            groups++;
        }
        return true;
    }

    /** Whether all that arrives until a clock is for open rows. */
    private boolean hits(long until) {
        while (hits < arrivals.groups() && arrivals.cycle(hits) <= until) {
            if (!hit()) {
                return false;
            }
        }
        return true;
    }

    /** Whether the next group is for open rows. */
    private boolean hit() {
        boolean hit = arrivals.isTrain(hits) && blocks.open(arrivals.burst(hits), arrivals.bursts(hits));
        hits += hit ? 1 : 0;
        return hit;
    }

    /** When the next group would come into its queue, were no read issued before; a write is behind reads without entry, too. */
    private long arrival() {
        if (groups == arrivals.groups()) {
            return NEVER;
        }
        int taken = waiting - channel.reads.atBanks();
        return taken > (arrivals.writes(groups) ? entries : entries - 1) ? NEVER : arrivals.cycle(groups);
    }

    /** When a rank must be refreshed. */
    private long due() {
        long due = NEVER;
        for (int rank = 0; rank < channel.ranks; rank++) {
            due = Math.min(due, channel.refresh.due(rank, false));
        }
        return due;
    }

    /** When an idle rank can go to sleep at the earliest. */
    private long sleep() {
        return powerDownAfter == 0 ? NEVER : channel.quietSince + powerDownAfter;
    }

    // ---- trains

    /** Issues the oldest train if its pattern is known and nothing comes between; returns its last clock, or one before now. */
    private long train(long now, long limit) {
        long burst = arrivals.headBurst();
        int bursts = arrivals.headBursts();
        if (now < ready || !blocks.whole(burst, burst + bursts - 1)) {
            return now - 1;
        }
        int base = blocks.base(burst);
        long key = patterns.key(now, base, burst, bursts);
        ReadPatterns.Pattern pattern = key == ReadPatterns.NONE ? null : patterns.find(key);
        if (pattern == null) {
            patterns.record(key, now, burst);
            return now - 1;
        }
        long last = now + pattern.lastClock();
        if (last > limit || !hits(last)) {
            return now - 1;
        }
        issue(pattern, now, base, burst);
        return last;
    }

    private void issue(ReadPatterns.Pattern pattern, long now, int base, long burst) {
        int bursts = pattern.clocks.length;
        if (pattern.synchronizes) {
            int bank = patterns.bank(base, burst);
            banks.issue(Command.CAS, bank, 0, now + pattern.clocks[0] - 1);
            observer.issued(now + pattern.clocks[0] - 1, Command.CAS, bank, 0, 0);
        }
        boolean alone = arrivals.groups() == 1 || arrivals.cycle(1) > now + pattern.lastClock();
        if (alone && observer == CommandObserver.NONE) {
            skipped(bursts); // what comes later has its entry at once
        } else {
            for (int i = 0; i < bursts; i++) {
                long clock = now + pattern.clocks[i];
                began(clock);
                observer.issued(clock, Command.RD, patterns.bank(base, burst + i), 0, mapping.column(burst + i));
            }
        }
        banks.earlierReads(bursts - pattern.places.length);
        for (int i = 0; i < pattern.places.length; i++) {
            banks.read(patterns.bank(base, pattern.places[i]), now + pattern.last[i]);
        }
        tell();
        issuedUntil = now + pattern.lastClock() + columnClocks;
        channel.busFree[columnBus] = issuedUntil;
        channel.quietSince = now + pattern.lastClock();
        answered = bursts;
        answeredTag = arrivals.headTag();
        tell();
        waiting -= bursts;
        groups--;
        hits--;
        arrivals.removeGroup();
    }

    // ---- commands

    /** When the oldest read's next command begins; before now if a younger read could be earlier. */
    private long start(long now) {
        int bank = oldestBank();
        long bus = Math.max(now, channel.busFree[columnBus]);
        long ready = banks.earliest(Command.RD, bank);
        long start = start(bus, ready, channel.rank(bank));
        synchronizes = !banks.dataClockRuns(channel.rank(bank), Math.max(bus, ready));
        for (int rank = 0; rank < channel.ranks; rank++) {
            if (start(bus, banks.earliestOfAnyBank(Command.RD, rank), rank) < start) {
                return now - 1;
            }
        }
        return start;
    }

    /** Of a read that its bank allows at a clock; where the data clock rests, of the CAS before it. */
    private long start(long bus, long ready, int rank) {
        long start = Math.max(bus, ready);
        return banks.dataClockRuns(rank, start)
                ? start
                : Math.max(Math.max(bus, ready - 1), banks.earliestOfRank(Command.CAS, rank));
    }

    /** The bank of the oldest read: of the queue, or if that is empty, of the arrivals. */
    private int oldestBank() {
        RequestQueue queue = channel.reads;
        return queue.size() > 0 ? queue.bank[queue.slot(0)] : mapping.bank(arrivals.headBurst());
    }

    /** Issues the oldest read; returns its clock. */
    private long issue(long start) {
        int bank = oldestBank();
        long clock = start;
        if (synchronizes) {
            banks.issue(Command.CAS, bank, 0, clock);
            observer.issued(clock, Command.CAS, bank, 0, 0);
            clock++;
        }
        banks.read(bank, clock);
        issuedUntil = clock + columnClocks;
        channel.busFree[columnBus] = issuedUntil;
        channel.quietSince = clock;
        waiting--;
        answered++;
        if (channel.reads.size() > 0) {
            leaveQueue(clock, bank);
        } else {
            leaveArrivals(clock, bank);
        }
        return clock;
    }

    private void began(long clock) {
        begun[place] = clock;
        place = place + 1 == entries ? 0 : place + 1;
        issued++;
    }

    private void skipped(int reads) {
        place = (place + reads) % entries;
        issued += reads;
    }

    private void leaveQueue(long clock, int bank) {
        RequestQueue queue = channel.reads;
        int slot = queue.slot(0);
        observer.issued(clock, Command.RD, bank, 0, queue.column[slot]);
        channel.queuedForRank[channel.rank(bank)]--;
        answeredTag = queue.tag[slot];
        if (queue.activated[slot]) {
            channel.reserved[bank]--;
            channel.reservedInRank[channel.rank(bank)]--;
        } else {
            began(clock);
        }
        queue.remove(slot);
        tell();
    }

    private void leaveArrivals(long clock, int bank) {
        began(clock);
        patterns.add(clock, synchronizes);
        if (observer != CommandObserver.NONE) {
            observer.issued(clock, Command.RD, bank, 0, mapping.column(arrivals.headBurst()));
        }
        answeredTag = arrivals.headTag();
        if (arrivals.headBursts() == 1) {
            groups--;
            hits--;
            oneByOne = false;
            tell();
            patterns.keep();
        }
        arrivals.remove();
    }

    private void tell() {
        if (answered > 0) {
            long data = issuedUntil - 1 + readClocks;
            channel.dataUntil = Math.max(channel.dataUntil, data);
            served.read(answeredTag, answered, data + responseClocks);
            answered = 0;
        }
    }
}
