package dev.hwc.sim.systolic.core;

import dev.hwc.ir.device.Stall;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.Window;
import dev.hwc.sim.systolic.effects.Effects;
import dev.hwc.sim.systolic.effects.Traffic;
import dev.hwc.sim.systolic.queues.AddressRules;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Sequencer;
import dev.hwc.sim.systolic.queues.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * One job, by jumps: of all actions whose cycle is known (a command starts, a burst is sent, the
 * memory does something) the earliest is taken; at the same cycle in the order of {@link #step}.
 * Everything an action causes lies later, so nothing is ever taken back.
 */
public final class EventLoop implements MemoryModel.Completion {
    private static final long NEVER = MemoryModel.NEVER;
    private static final int LOAD = Queue.LOAD.ordinal();
    private static final int STORE = Queue.STORE.ordinal();
    private static final int QUEUES = 4;
    private static final int NO_COMMAND = 0;

    private final HardwareSpec spec;
    private final MemoryModel memory;
    private final Job job;
    private final @Nullable Effects effects;
    private final @Nullable DeferredEffects deferred;
    private final long watchdog;
    private final Activity activity;
    private final long[] slots;
    private final long[] operators;
    private final ActiveCycles active;
    private final AddressRules rules;
    private final Traffic traffic;
    private final VectorTiming vectorTiming;
    private final MatrixTiming matrix;
    private final BurstEngine reads;
    private final BurstEngine writes;
    private final InFlight loads;
    private final InFlight stores;
    private final ImmediateEffects immediate = new ImmediateEffects();
    private final QueueState[] queues = new QueueState[QUEUES];
    /** Tokens from queue p to queue q at [4p + q]. */
    private final TokenTimes[] tokens = new TokenTimes[QUEUES * QUEUES];

    private int halted;
    private long lastHalt;
    /** Before the programs start and after they end, the last answer; counters of engines rest. */
    private boolean running;

    private long lastAnswer;

    private final @Nullable Periods periods;
    private long rounds;
    private boolean shortened;

    /**
     * A job about to start.
     *
     * @param effects what commands do to data, or null for timing only
     * @param atCompletion whether results are written at completion instead of at the start
     * @param watchdog most cycles
     * @param jumps whether rounds of loops that have become periodic are passed over, where nothing is
     *     computed and the memory allows it
     */
    public EventLoop(
            HardwareSpec spec,
            MemoryModel memory,
            Job job,
            @Nullable Effects effects,
            boolean atCompletion,
            long watchdog,
            boolean jumps) {
        this.spec = spec;
        this.memory = memory;
        this.job = job;
        this.effects = effects;
        this.deferred = effects != null && atCompletion ? new DeferredEffects(effects) : null;
        this.watchdog = watchdog;
        activity = new Activity(job.program().labels());
        slots = activity.slots();
        operators = activity.operatorSlots();
        active = new ActiveCycles(job.program().labels().size(), operators);
        rules = new AddressRules(spec, job);
        traffic = new Traffic(spec, activity);
        vectorTiming = new VectorTiming(spec);
        matrix = new MatrixTiming(spec);
        reads = new BurstEngine(spec.port(), memory, false);
        writes = new BurstEngine(spec.port(), memory, true);
        loads = new InFlight(reads.commands());
        stores = new InFlight(writes.commands());
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = new TokenTimes();
        }
        periods = jumps && effects == null && memory.busyUntil() != NEVER
                ? new Periods(spec.port().maxBurstBytes(), this::state)
                : null;
    }

    /** Whether periods of a loop were passed over. */
    public boolean shortened() {
        return shortened;
    }

    /** Runs the job from doorbell to completion record. */
    public RunResult run() {
        memory.reset();
        long start = fetch();
        for (int q = 0; q < QUEUES; q++) {
            Sequencer sequencer = new Sequencer(job.program(), q, job.arguments(), slots, Activity.RETIRED);
            queues[q] = new QueueState(q, sequencer, start, watchdog);
        }
        running = true;
        while (halted < QUEUES) {
            step();
        }
        running = false;
        active.finish();
        checkOverflow(NEVER);
        if (deferred != null) {
            deferred.commitUntil(NEVER);
        }
        checkTokensLeft();
        long end = Math.max(lastHalt, matrix.drained());
        writes.begin(NO_COMMAND, end + 1, job.descriptor(), Job.DESCRIPTOR_BYTES, 0, 1, Job.COMPLETION_BYTES);
        drain(writes);
        if (effects != null) {
            effects.count(slots);
        }
        return new RunResult(lastAnswer + 1, start, activity);
    }

    /** Reads the descriptor and, unless resident, the programs (T18); returns S. */
    private long fetch() {
        reads.begin(NO_COMMAND, 1, job.descriptor(), 0, 0, 1, Job.DESCRIPTOR_BYTES);
        drain(reads);
        if (!job.resident()) {
            Window window = job.window(0);
            long cycle = lastAnswer + 3;
            for (int q = 0; q < QUEUES; q++) {
                long offset = job.programOffsets()[q];
                int bytes = job.program().bytes(q);
                ProgramFetch.check(job, q, spec.port().beatBytes());
                reads.begin(NO_COMMAND, cycle, window.base(), offset, 0, 1, bytes);
                while (reads.active()) {
                    fetchStep(reads);
                }
                cycle = reads.ready();
            }
            drain(reads);
        }
        return lastAnswer + 3;
    }

    private void drain(BurstEngine engine) {
        while (engine.active() || engine.inFlight() > 0) {
            fetchStep(engine);
        }
    }

    /** One burst, or one event of the memory, outside the programs. */
    private void fetchStep(BurstEngine engine) {
        long next = engine.next();
        long event = memoryEvent();
        if (next == NEVER && event == NEVER) {
            throw new IllegalStateException("the memory model has bursts in flight and no event");
        }
        if (next <= event) {
            countBytes(engine == writes, engine.bytes(), job.program().labels().size() - 1);
            long answer = engine.submit(next);
            if (answer != MemoryModel.PENDING) {
                lastAnswer = answer;
            }
        } else {
            advanceMemory(event);
        }
    }

    /** The memory's next event as a cycle of the engines: those of bursts it sees then. */
    private long memoryEvent() {
        long event = memory.nextEvent();
        return event == NEVER ? NEVER : event - BurstEngine.PORT_CYCLES;
    }

    private void advanceMemory(long cycle) {
        memory.advance(cycle + BurstEngine.PORT_CYCLES, this);
    }

    /**
     * Takes the earliest action: starts of commands in the order of the queues, then a read, a write,
     * a token counter's overflow, the memory.
     */
    private void step() {
        int first = 0;
        long start = NEVER;
        for (int q = 0; q < QUEUES; q++) {
            long s = start(queues[q]);
            if (s < start) {
                start = s;
                first = q;
            }
        }
        long read = reads.next();
        long write = writes.next();
        long event = memoryEvent();
        long cycle = Math.min(Math.min(start, read), Math.min(write, event));
        checkFaults(cycle);
        if (start == cycle) {
            if (deferred != null) {
                deferred.commitUntil(cycle);
            }
            start(queues[first], cycle);
        } else if (read == cycle) {
            read(Math.min(start - 1, write));
        } else if (write == cycle) {
            write();
        } else {
            advanceMemory(cycle);
        }
        if (periods != null && queues[LOAD].sequencer.rounds() != rounds) {
            rounds = queues[LOAD].sequencer.rounds();
            shortened |= periods.round(cycle);
        }
    }

    /** Shows the state between two actions, or moves it. */
    private void state(Snapshot snapshot) {
        snapshot.exact(halted);
        lastHalt = snapshot.time(lastHalt);
        memory.busyUntil(snapshot.time(memory.busyUntil()));
        for (QueueState queue : queues) {
            queue.state(snapshot);
        }
        for (TokenTimes pair : tokens) {
            pair.state(snapshot);
        }
        reads.state(snapshot);
        writes.state(snapshot);
        loads.state(snapshot);
        stores.state(snapshot);
        matrix.state(snapshot);
        active.state(snapshot);
        for (int i = 0; i < slots.length; i++) {
            slots[i] = snapshot.counter(slots[i]);
        }
        for (int i = 0; i < operators.length; i++) {
            int slot = i % Activity.OPERATOR_SLOTS;
            boolean time = slot == Activity.OPERATOR_START || slot == Activity.OPERATOR_END;
            operators[i] = time ? snapshot.time(operators[i]) : snapshot.counter(operators[i]);
        }
    }

    private void checkFaults(long cycle) {
        for (QueueState queue : queues) {
            if (queue.fault != null && queue.faultCycle <= cycle) {
                throw queue.fault;
            }
        }
        checkOverflow(cycle);
        if (cycle == NEVER) {
            throw deadlock();
        }
        if (cycle > watchdog) {
            throw new DeviceFault(
                    FaultCode.WATCHDOG, Queue.LOAD, 0, cycle, "the job takes longer than " + watchdog + " cycles");
        }
    }

    private void checkOverflow(long cycle) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i].overflow() < cycle) {
                throw new DeviceFault(
                        FaultCode.TOKEN_OVERFLOW,
                        Queue.of(i / QUEUES),
                        tokens[i].overflowGiver(),
                        i % QUEUES,
                        "more than " + TokenTimes.MAX + " tokens for queue "
                                + Queue.of(i % QUEUES).text());
            }
        }
    }

    private DeviceFault deadlock() {
        for (int q = 0; q < QUEUES; q++) {
            if (!queues[q].empty()) {
                Command c = queues[q].head();
                return new DeviceFault(
                        FaultCode.DEADLOCK,
                        Queue.of(q),
                        c.pc,
                        0,
                        c.opcode.text() + " waits for tokens that nobody gives, and so does everything else");
            }
        }
        throw new IllegalStateException("no queue is blocked and nothing can happen");
    }

    /** First cycle at which the head command of a queue can start, as far as is known (T5). */
    private long start(QueueState queue) {
        if (queue.empty()) {
            return NEVER;
        }
        Command c = queue.head();
        long cycle = Math.max(queue.visible(), queue.free);
        if (c.waits != 0) {
            for (int p = 0; p < QUEUES; p++) {
                if ((c.waits >> p & 1) != 0) {
                    cycle = Math.max(cycle, tokens[QUEUES * p + queue.index].earliest());
                }
            }
        }
        return Math.max(cycle, engineReady(queue, c));
    }

    /** What a command needs of its own engine besides being free: T7, T12, T14. */
    private long engineReady(QueueState queue, Command c) {
        return switch (c.opcode) {
            case MATMUL -> matrix.slotFree(c.slot);
            case EMIT -> matrix.emissionFree();
            case SYNC, HALT -> !c.drains() ? 0 : queue.unknown > 0 ? NEVER : queue.lastCompletion + 1;
            default -> 0;
        };
    }

    private void start(QueueState queue, long cycle) {
        Command c = queue.head();
        int q = queue.index;
        countStalls(queue, c, cycle);
        takeTokens(queue, c);
        rules.check(c);
        traffic.count(c);
        queue.pop(cycle);
        active.start(c.label, cycle);
        int label = c.label * Activity.OPERATOR_SLOTS;
        operators[label + Activity.OPERATOR_START] = Math.min(operators[label + Activity.OPERATOR_START], cycle);
        switch (c.opcode) {
            case SYNC -> {
                queue.free = cycle + 1;
                complete(queue, c, cycle + 1);
            }
            case HALT -> {
                queue.free = NEVER;
                complete(queue, c, cycle + 1);
                halted++;
                lastHalt = Math.max(lastHalt, cycle + 1);
            }
            case MATMUL -> {
                long feed = MatrixTiming.feed(c);
                queue.free = cycle + feed;
                busy(q, c.label, feed);
                complete(queue, c, matrix.matmul(c, cycle));
            }
            case EMIT -> {
                queue.free = cycle + 1;
                complete(queue, c, matrix.emit(c, cycle));
            }
            case VECTOR -> {
                long d = vectorTiming.cycles(c);
                queue.free = cycle + d;
                busy(q, c.label, d);
                complete(queue, c, cycle + d);
            }
            case STORE -> begin(queue, c, cycle, writes, stores);
            default -> begin(queue, c, cycle, reads, loads);
        }
        queue.fill();
    }

    private void begin(QueueState queue, Command c, long cycle, BurstEngine engine, InFlight flight) {
        queue.free = NEVER;
        queue.unknown++;
        int number = flight.add(c, effects);
        if (deferred != null) {
            flight.defer(number, deferred.stage(c));
        } else if (effects != null) {
            immediate.run(c, effects);
        }
        engine.begin(number, cycle, job.window(c.window).base(), c.address, c.addressStride, c.rows, c.rowBytes);
    }

    private void takeTokens(QueueState queue, Command c) {
        for (int p = 0; p < QUEUES; p++) {
            if ((c.waits >> p & 1) != 0) {
                tokens[QUEUES * p + queue.index].take();
            }
        }
    }

    /** A command other than of load and store: its completion is known when it starts. */
    private void complete(QueueState queue, Command c, long completion) {
        if (deferred != null) {
            deferred.commitAt(completion, deferred.stage(c));
        } else if (effects != null) {
            immediate.run(c, effects);
        }
        completed(queue, c.signals, c.pc, c.label, completion);
    }

    private void completed(QueueState queue, int signals, int pc, int label, long completion) {
        queue.lastCompletion = Math.max(queue.lastCompletion, completion);
        active.complete(label, completion);
        if (signals != 0) {
            for (int q = 0; q < QUEUES; q++) {
                if ((signals >> q & 1) != 0) {
                    tokens[QUEUES * queue.index + q].give(completion + 1, pc);
                }
            }
        }
        int end = label * Activity.OPERATOR_SLOTS + Activity.OPERATOR_END;
        operators[end] = Math.max(operators[end], completion);
    }

    private void busy(int queue, int label, long cycles) {
        slots[Activity.BUSY + queue] += cycles;
        operators[label * Activity.OPERATOR_SLOTS + Activity.OPERATOR_BUSY + queue] += cycles;
    }

    /** Why the engine, free since {@code queue.free}, starts this command only now (§9). */
    private void countStalls(QueueState queue, Command c, long cycle) {
        long at = queue.free;
        int q = queue.index;
        if (cycle == at) {
            return;
        }
        operators[c.label * Activity.OPERATOR_SLOTS + Activity.OPERATOR_STALLED + q] += cycle - at;
        if (queue.visible() > at) {
            slots[Activity.stallSlot(q, Stall.EMPTY)] += queue.visible() - at;
            at = queue.visible();
        }
        for (int p = 0; p < QUEUES; p++) {
            if ((c.waits >> p & 1) != 0) {
                long token = tokens[QUEUES * p + q].earliest();
                if (token > at) {
                    slots[Activity.stallSlot(q, Stall.EMPTY) + 1 + p] += token - at;
                    at = token;
                }
            }
        }
        slots[Activity.stallSlot(q, c.drains() ? Stall.DRAIN : Stall.SLOT)] += cycle - at;
    }

    /** Issues read bursts up to a cycle, or until the command's last or the memory's next event. */
    private void read(long until) {
        long cycle = reads.next();
        do {
            long answer = send(reads, loads, LOAD, cycle);
            if (!reads.active()) {
                queues[LOAD].free = cycle + 1;
                if (answer != MemoryModel.PENDING) {
                    loaded(loads.current(), answer + 2);
                }
                return;
            }
            cycle = reads.next();
        } while (cycle <= until && cycle <= memoryEvent());
    }

    private void write() {
        long cycle = writes.next();
        long answer = send(writes, stores, STORE, cycle);
        if (!writes.active()) {
            queues[STORE].free = cycle + 1;
            if (answer != MemoryModel.PENDING) {
                finish(queues[STORE], stores, stores.current(), answer + 1);
            }
        }
    }

    private long send(BurstEngine engine, InFlight flight, int queue, long cycle) {
        int label = flight.label(flight.current());
        long waits = engine.waits(cycle);
        if (waits > 0) {
            slots[Activity.stallSlot(queue, Stall.OUTSTANDING)] += waits;
            operators[label * Activity.OPERATOR_SLOTS + Activity.OPERATOR_STALLED + queue] += waits;
        }
        busy(queue, label, engine.occupied());
        countBytes(queue == STORE, engine.bytes(), label);
        return engine.submit(cycle);
    }

    private void countBytes(boolean write, int bytes, int label) {
        slots[write ? Activity.BYTES_WRITTEN : Activity.BYTES_READ] += bytes;
        slots[write ? Activity.BURSTS_WRITTEN : Activity.BURSTS_READ]++;
        operators[label * Activity.OPERATOR_SLOTS + (write ? Activity.OPERATOR_WRITTEN : Activity.OPERATOR_READ)] +=
                bytes;
    }

    @Override
    public void answered(boolean write, long ticket, long cycle) {
        int number = (write ? writes : reads).answer(ticket, cycle);
        if (!running) {
            lastAnswer = cycle;
        } else if (number != BurstEngine.NOT_LAST) {
            if (write) {
                finish(queues[STORE], stores, number, cycle + 1);
            } else {
                loaded(number, cycle + 2);
            }
        }
    }

    private void loaded(int number, long completion) {
        finish(queues[LOAD], loads, number, completion);
        if (loads.register(number) >= 0) {
            queues[LOAD].resume(loads.register(number), loads.value(number), completion);
        }
    }

    private void finish(QueueState queue, InFlight flight, int number, long completion) {
        queue.unknown--;
        if (deferred != null) {
            deferred.commitAt(completion, flight.deferred(number));
        }
        completed(queue, flight.signals(number), flight.pc(number), flight.label(number), completion);
    }

    private void checkTokensLeft() {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i].size() != 0) {
                Queue giver = Queue.of(i / QUEUES);
                throw new DeviceFault(
                        FaultCode.TOKENS_LEFT,
                        giver,
                        job.program().length(giver.ordinal()) - 1,
                        i % QUEUES,
                        tokens[i].size() + " tokens for queue "
                                + Queue.of(i % QUEUES).text() + " are left at the end; every token must be taken");
            }
        }
    }
}
