package dev.hwc.sim.dram.controller;

import dev.hwc.sim.dram.device.BankStates;
import dev.hwc.sim.dram.device.Command;
import dev.hwc.sim.dram.device.CommandCounts;
import dev.hwc.sim.dram.device.CommandObserver;
import dev.hwc.sim.dram.device.DramSpec;
import java.util.Arrays;
import java.util.Objects;

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

    private final ControllerPolicy policy;
    private final ChannelState channel;
    private final BankStates banks;
    private final CommandObserver observer;
    private final ServedRequests served;
    private final RequestQueue reads;
    private final RequestQueue writes;
    private final ArrivalQueue arrivals = new ArrivalQueue();
    private final Candidate best = new Candidate();
    private final CommandChooser chooser;
    private final int[] clocks;
    private final int readClocks;
    private final int writeClocks;

    private final OpenRowReads openRowReads;

    private long next;

    /** Whether the best candidate is still to be issued, at clock next, and nothing came between. */
    private boolean decided;

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
        channel = new ChannelState(spec, policy);
        banks = channel.banks;
        reads = channel.reads;
        writes = channel.writes;
        chooser = new CommandChooser(channel, policy, best);
        clocks = Arrays.stream(Command.values()).mapToInt(spec::clocks).toArray();
        readClocks = spec.get("tCL") + spec.get("tBL");
        writeClocks = spec.get("tCWL") + spec.get("tBL");
        openRowReads = new OpenRowReads(channel, policy, arrivals, observer, served, spec);
        reset();
    }

    /** Forgets everything; clocks begin again at 0. */
    public void reset() {
        channel.reset();
        arrivals.clear();
        openRowReads.reset();
        next = 0;
        decided = false;
    }

    /**
     * A request for one burst. Requests come in the order of their cycles.
     *
     * @param cycle of its arrival, not before a cycle to which the controller was run
     * @param burst number of the burst in the channel
     */
    public void submit(long cycle, boolean write, long burst, long tag) {
        submit(cycle, write, burst, 1, tag, false);
    }

    /**
     * Requests to read consecutive bursts that come together: the same as one after the other, but nobody is told that
     * they were accepted.
     *
     * @param burst the first
     * @param bursts 1 or more
     */
    public void submitTrain(long cycle, long burst, int bursts, long tag) {
        submit(cycle, false, burst, bursts, tag, true);
    }

    private void submit(long cycle, boolean write, long burst, int bursts, long tag, boolean train) {
        long seen = cycle + policy.arrivalClocks();
        boolean first = arrivals.isEmpty() || openRowReads.active(); // others wait for the one before them
        arrivals.add(seen, write, burst, bursts, tag, train);
        if (first && seen <= next) {
            decided = false;
            next = Math.max(channel.now, seen);
        }
    }

    /** Requests that are in no queue yet. */
    public int waiting() {
        return arrivals.size();
    }

    /** Whether writes that were answered are not in their banks yet; reads of them are served from the queue. */
    public boolean holdsWrites() {
        return writes.size() > 0;
    }

    /** Whether every request was served and every write is in its bank. */
    public boolean idle() {
        return arrivals.isEmpty() && reads.size() == 0 && writes.size() == 0;
    }

    /** First clock after all data that were on a bus. */
    public long dataUntil() {
        return channel.dataUntil;
    }

    /** Earliest clock at which the controller would do something, idle refreshes included. */
    public long next() {
        return next;
    }

    /** Does everything up to and including a clock. */
    public void run(long limit) {
        while (next <= limit) {
            if (!decided && openRowReads.begin(Math.max(channel.now, next))) {
                next = openRowReads.run(Math.max(channel.now, next), limit);
                if (openRowReads.active()) {
                    return;
                }
            }
            step(limit);
        }
    }

    /** Commands and states up to a clock, not before one to which the controller was run. */
    public CommandCounts counts(long cycle) {
        return banks.counts(cycle);
    }

    private void step(long limit) {
        channel.now = Math.max(channel.now, next);
        if (!decided) {
            admit();
            chooseDirection();
            long event = nextEvent();
            chooser.choose();
            if (best.start >= event) {
                next = event;
                return;
            }
            if (best.start > limit) {
                decided = true;
                next = best.start;
                return;
            }
        }
        decided = false;
        channel.now = best.start;
        issue();
        next = channel.now;
    }

    // ---- requests come in

    private void admit() {
        while (!arrivals.isEmpty() && arrivals.headCycle() <= channel.now) {
            long burst = arrivals.headBurst();
            long tag = arrivals.headTag();
            if (arrivals.headWrites()) {
                if (writes.full()) {
                    return;
                }
                channel.enqueue(writes, burst, tag, channel.now);
                served.accepted(tag, true, channel.now);
            } else if (writes.size() > 0 && writes.contains(burst)) {
                accepted(tag);
                served.read(tag, 1, channel.now + policy.responseClocks());
            } else if (reads.full()) {
                return;
            } else {
                channel.enqueue(reads, burst, tag, channel.now);
                accepted(tag);
            }
            arrivals.remove();
        }
    }

    private void accepted(long tag) {
        if (!arrivals.headIsTrain()) {
            served.accepted(tag, false, channel.now);
        }
    }

    /** Drains writes from the high mark to the low one, or when there is nothing else to do. */
    private void chooseDirection() {
        boolean starving = channel.readsStarve();
        if (channel.writing) {
            channel.writing =
                    reads.size() == 0 || (writes.size() >= policy.writeLow() && writes.size() > 0 && !starving);
        } else {
            channel.writing = (reads.size() == 0 || writes.size() >= policy.writeHigh()) && !starving;
        }
    }

    /** The first event after now that could change a decision. */
    private long nextEvent() {
        long event = NEVER;
        if (!arrivals.isEmpty() && arrivals.headCycle() > channel.now) {
            event = arrivals.headCycle();
        }
        for (int rank = 0; rank < channel.ranks; rank++) {
            long due = channel.refresh.due(rank, channel.queuedForRank[rank] > 0);
            channel.refreshing[rank] = due <= channel.now;
            if (due > channel.now) {
                event = Math.min(event, due);
            }
        }
        return reads.size() > 0 && channel.readsStarveAt() > channel.now
                ? Math.min(event, channel.readsStarveAt())
                : event;
    }

    // ---- doing it

    private void issue() {
        if (best.command == Command.CAS) {
            put(Command.CAS, best.bank, 0, 0);
            channel.now++;
            best.command = best.column;
        }
        int rank = channel.rank(best.bank);
        switch (best.command) {
            case RD, RDA, WR, WRA -> serve();
            case ACT, ACT1 -> {
                put(best.command, best.bank, Objects.requireNonNull(best.queue).row[best.slot], 0);
                Objects.requireNonNull(best.queue).activate(best.slot);
                channel.reserved[best.bank]++;
                channel.reservedInRank[rank]++;
                if (best.command == Command.ACT) {
                    channel.rowChanged(best.bank);
                }
            }
            case ACT2 -> {
                put(best.command, best.bank, banks.activatingRow(rank), 0);
                channel.rowChanged(best.bank);
            }
            case PRE -> {
                put(best.command, best.bank, 0, 0);
                channel.rowChanged(best.bank);
            }
            case PREA -> {
                put(best.command, best.bank, 0, 0);
                for (int bank = best.bank; bank < best.bank + channel.banksPerRank; bank++) {
                    channel.rowChanged(bank);
                }
            }
            case REFAB, REFPB -> {
                put(best.command, best.bank, 0, 0);
                channel.refresh.refreshed(rank);
            }
            case PDE, PDX, CAS -> put(best.command, best.bank, 0, 0);
        }
        if (best.command != Command.PDE) {
            channel.quietSince = channel.now;
        }
    }

    private void serve() {
        int slot = best.slot;
        RequestQueue queue = Objects.requireNonNull(best.queue);
        put(best.command, best.bank, 0, queue.column[slot]);
        int rank = channel.rank(best.bank);
        if (queue.activated[slot]) {
            channel.reserved[best.bank]--;
            channel.reservedInRank[rank]--;
        }
        channel.queuedForRank[rank]--;
        long end = channel.now + clocks[best.command.ordinal()] - 1;
        if (queue == reads) {
            served.read(queue.tag[slot], 1, end + readClocks + policy.responseClocks());
        }
        channel.dataUntil = Math.max(channel.dataUntil, end + (queue == reads ? readClocks : writeClocks));
        queue.remove(slot);
        if (best.command.autoPrecharges()) {
            channel.rowChanged(best.bank);
        }
    }

    private void put(Command command, int bank, int row, int column) {
        banks.issue(command, bank, row, channel.now);
        observer.issued(channel.now, command, bank, row, column);
        int bus = command.bus() == Command.Bus.COLUMN ? channel.columnBus : 0;
        channel.busFree[bus] = channel.now + clocks[command.ordinal()];
    }
}
