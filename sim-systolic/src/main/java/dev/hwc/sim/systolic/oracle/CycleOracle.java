package dev.hwc.sim.systolic.oracle;

import dev.hwc.ir.device.Stall;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.activity.Activity;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.DeviceMemory;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.RunResult;
import dev.hwc.sim.systolic.effects.Effects;
import dev.hwc.sim.systolic.effects.Traffic;
import dev.hwc.sim.systolic.queues.AddressRules;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Sequencer;
import dev.hwc.sim.systolic.scratchpad.Scratchpads;
import dev.hwc.sim.systolic.scratchpad.Stage;
import org.jspecify.annotations.Nullable;

/**
 * The accelerator stepped cycle by cycle, as its RTL is: {@link #cycle} is one clock period, in
 * which decisions see the state at its start. The reference for {@link dev.hwc.sim.systolic.Npu}.
 */
public final class CycleOracle {
    private static final int LOAD = Queue.LOAD.ordinal();
    private static final int MATRIX = Queue.MATRIX.ordinal();
    private static final int VECTOR = Queue.VECTOR.ordinal();
    private static final int STORE = Queue.STORE.ordinal();
    private static final int QUEUES = 4;

    private final HardwareSpec spec;
    private final MemoryModel memory;
    private final Scratchpads pads;

    public CycleOracle(HardwareSpec spec, MemoryModel memory) {
        this.spec = spec;
        this.memory = memory;
        this.pads = new Scratchpads(spec);
    }

    public Scratchpads scratchpads() {
        return pads;
    }

    /** Runs a job from doorbell to completion record. */
    public RunResult run(Job job) {
        return new Machine(job).run();
    }

    private enum Phase {
        DESCRIPTOR,
        PROGRAMS,
        RUN,
        RECORD,
        DONE
    }

    /** All registers of one job. */
    private final class Machine implements MemoryModel.Completion {
        private final Job job;
        private final Activity activity;
        private final long[] slots;
        private final long[] operators;
        /** Commands of each operator between start and completion. */
        private final int[] inProgress;

        private final @Nullable Effects effects;
        private final Stage stage = new Stage();
        private final AddressRules rules;
        private final Traffic traffic;
        private final CommandQueue[] queues = new CommandQueue[QUEUES];
        private final int[][] tokens = new int[QUEUES][QUEUES];
        private final int[][] given = new int[QUEUES][QUEUES];
        private final int[] completedNow = new int[QUEUES];
        private final DelayLine completions = new DelayLine();
        private final Port readPort;
        private final Port writePort;
        private final LoadEngine load;
        private final MatrixEngine matrix;
        private final VectorEngine vector;
        private final StoreEngine store;
        private final int beatBytes;

        private Phase phase = Phase.DESCRIPTOR;
        private long now;
        private long started;
        private int program;
        /** Cycles until the phase's next step; negative while it waits for the memory. */
        private int countdown = -1;

        private int halted;
        private boolean moved;
        private int overflowPc;

        Machine(Job job) {
            this.job = job;
            activity = new Activity(job.program().labels());
            slots = activity.slots();
            operators = activity.operatorSlots();
            inProgress = new int[job.program().labels().size()];
            DeviceMemory data = job.memory();
            effects = data == null ? null : new Effects(spec, pads, data);
            rules = new AddressRules(spec, job);
            traffic = new Traffic(spec, activity);
            for (int q = 0; q < QUEUES; q++) {
                queues[q] = new CommandQueue(new Sequencer(job.program(), q, job.arguments(), slots, Activity.RETIRED));
            }
            HardwareSpec.Port port = spec.port();
            beatBytes = port.beatBytes();
            readPort = new Port(memory, false, port.outstandingReads());
            writePort = new Port(memory, true, port.outstandingWrites());
            load = new LoadEngine(new BeatWalker(beatBytes, port.maxBurstBytes()), beatBytes, readPort);
            store = new StoreEngine(
                    new BeatWalker(beatBytes, port.maxBurstBytes()), beatBytes, port.outstandingWrites(), writePort);
            matrix = new MatrixEngine(spec);
            vector = new VectorEngine(spec);
        }

        RunResult run() {
            memory.reset();
            now = 0; // the doorbell's cycle
            while (phase != Phase.DONE) {
                now++;
                cycle();
            }
            if (effects != null) {
                effects.count(slots);
            }
            return new RunResult(now, started, activity);
        }

        /** One clock period. */
        private void cycle() {
            moved = false;
            control();
            if (phase == Phase.RUN) {
                for (CommandQueue queue : queues) {
                    queue.latch();
                }
                completions.tick(this::complete);
                for (int q = 0; q < QUEUES; q++) {
                    startOrStall(q);
                }
                engines();
            }
            port();
            readPort.reach(now);
            writePort.reach(now);
            memory.advance(now, this);
            readPort.arrivals(now, this::loaded);
            writePort.arrivals(now, this::stored);
            if (phase == Phase.RUN) {
                for (CommandQueue queue : queues) {
                    moved |= queue.step();
                }
                latchTokens();
                countActive();
                checkProgress();
            }
        }

        /** Doorbell, program fetch, completion record (T18, T19). */
        private void control() {
            if (countdown > 0) {
                countdown--;
            }
            switch (phase) {
                case DESCRIPTOR -> {
                    if (now == 1) {
                        load.begin(null, job.descriptor(), 0, 0, 1, Job.DESCRIPTOR_BYTES);
                    } else if (countdown == 0) {
                        countdown = -1;
                        if (job.resident()) {
                            startPrograms();
                        } else {
                            phase = Phase.PROGRAMS;
                            fetchProgram();
                        }
                    }
                }
                case PROGRAMS -> {
                    if (countdown == 0) {
                        countdown = -1;
                        startPrograms();
                    } else if (!load.active() && program < QUEUES) {
                        fetchProgram();
                    }
                }
                case RUN -> {
                    if (halted == QUEUES && matrix.drained()) {
                        checkTokensLeft();
                        phase = Phase.RECORD;
                        store.begin(null, job.descriptor(), Job.DESCRIPTOR_BYTES, 0, 1, Job.COMPLETION_BYTES);
                    }
                }
                case RECORD -> {
                    if (countdown == 0) {
                        phase = Phase.DONE;
                    }
                }
                case DONE -> {}
            }
        }

        private void fetchProgram() {
            long offset = job.programOffsets()[program];
            int bytes = job.program().bytes(program);
            load.begin(null, job.window(0).base(), offset, 0, 1, bytes);
            program++;
        }

        private void startPrograms() {
            phase = Phase.RUN;
            started = now;
        }

        private void startOrStall(int q) {
            CommandQueue queue = queues[q];
            if (queue.haltStarted || !engineFree(q)) {
                return;
            }
            Stall stall = stall(q, queue);
            if (stall != null) {
                slots[Activity.stallSlot(q, stall)]++;
                queue.waited++;
                return;
            }
            start(q, queue);
        }

        private boolean engineFree(int q) {
            return switch (Queue.of(q)) {
                case LOAD -> !load.active();
                case MATRIX -> matrix.free();
                case VECTOR -> vector.free();
                case STORE -> !store.active();
            };
        }

        /** Why the head command cannot start in this cycle, or null. */
        private @Nullable Stall stall(int q, CommandQueue queue) {
            if (queue.empty()) {
                return Stall.EMPTY;
            }
            Command c = queue.head();
            for (int p = 0; p < QUEUES; p++) {
                if ((c.waits & 1 << p) != 0 && tokens[p][q] == 0) {
                    return Stall.waiting(Queue.of(p));
                }
            }
            if ((c.opcode == Opcode.HALT || (c.opcode == Opcode.SYNC && c.flag0)) && queue.outstanding != 0) {
                return Stall.DRAIN;
            }
            if (c.opcode == Opcode.MATMUL && !matrix.slotFree(c.slot)) {
                return Stall.SLOT;
            }
            if (c.opcode == Opcode.EMIT && !matrix.canEmit()) {
                return Stall.SLOT;
            }
            return null;
        }

        private void start(int q, CommandQueue queue) {
            moved = true;
            Command c = queue.head();
            queue.pop();
            for (int p = 0; p < QUEUES; p++) {
                if ((c.waits & 1 << p) != 0) {
                    tokens[p][q]--;
                }
            }
            int label = c.label * Activity.OPERATOR_SLOTS;
            operators[label + Activity.OPERATOR_STALLED + q] += queue.waited;
            operators[label + Activity.OPERATOR_START] = Math.min(operators[label + Activity.OPERATOR_START], now);
            queue.waited = 0;
            inProgress[c.label]++;
            completedNow[q]--; // one more is outstanding from the next cycle on
            rules.check(c);
            traffic.count(c);
            if (effects != null) {
                effects.stage(c, stage);
                effects.commit(c, stage);
            }
            long base = job.window(c.window).base();
            switch (c.opcode) {
                case SYNC, HALT -> {
                    queue.haltStarted = c.opcode == Opcode.HALT;
                    completions.enter(Retired.of(c), 1);
                }
                case MATMUL -> matrix.startMatmul(c);
                case EMIT -> matrix.startEmit(c);
                case VECTOR -> vector.begin(c);
                case STORE -> store.begin(Retired.of(c), base, c.address, c.addressStride, c.rows, c.rowBytes);
                case LOAD_REGISTER -> {
                    Retired r = Retired.loading(c, effects == null ? 0 : effects.word(c));
                    load.begin(r, base, c.address, c.addressStride, c.rows, c.rowBytes);
                }
                default -> load.begin(Retired.of(c), base, c.address, c.addressStride, c.rows, c.rowBytes);
            }
        }

        private void engines() {
            int feeding = matrix.label();
            if (matrix.step(completions, this::complete)) {
                busy(MATRIX, feeding);
            }
            if (!vector.free()) {
                busy(VECTOR, vector.label());
                Retired done = vector.step();
                if (done != null) {
                    completions.enter(done, 1);
                }
            }
        }

        private void port() {
            int bytes = load.active() ? load.bytes() : 0;
            switch (load.step(now)) {
                case ISSUED -> {
                    if (phase == Phase.RUN) {
                        busy(LOAD, load.label());
                    }
                    count(Activity.BYTES_READ, Activity.BURSTS_READ, Activity.OPERATOR_READ, load.label(), bytes);
                }
                case BLOCKED -> {
                    if (phase == Phase.RUN) {
                        outstanding(LOAD, load.label());
                    }
                }
                case IDLE -> {}
            }
            bytes = store.active() ? store.bytes() : 0;
            switch (store.step()) {
                case BEAT -> storeBusy();
                case LAST_BEAT -> {
                    storeBusy();
                    count(
                            Activity.BYTES_WRITTEN,
                            Activity.BURSTS_WRITTEN,
                            Activity.OPERATOR_WRITTEN,
                            store.label(),
                            bytes);
                    store.submit(now);
                }
                case BLOCKED -> outstanding(STORE, store.label());
                case IDLE -> {}
            }
        }

        private void storeBusy() {
            if (phase == Phase.RUN) {
                busy(STORE, store.label());
            }
        }

        private void busy(int q, int label) {
            moved = true;
            slots[Activity.BUSY + q]++;
            operators[label * Activity.OPERATOR_SLOTS + Activity.OPERATOR_BUSY + q]++;
        }

        private void outstanding(int q, int label) {
            slots[Activity.stallSlot(q, Stall.OUTSTANDING)]++;
            operators[label * Activity.OPERATOR_SLOTS + Activity.OPERATOR_STALLED + q]++;
        }

        private void count(int byteSlot, int burstSlot, int operatorSlot, int label, int bytes) {
            slots[byteSlot] += bytes;
            slots[burstSlot]++;
            int operator = label < 0 ? job.program().labels().size() - 1 : label;
            operators[operator * Activity.OPERATOR_SLOTS + operatorSlot] += bytes;
        }

        @Override
        public void answered(boolean write, long ticket, long cycle) {
            (write ? writePort : readPort).answered(ticket, cycle);
        }

        /** The last beat of a read burst arrives. */
        private void loaded(@Nullable Retired last) {
            if (phase == Phase.RUN) {
                if (last != null) {
                    completions.enter(last, 2);
                }
            } else if (readPort.idle() && !load.active() && (phase == Phase.DESCRIPTOR || program == QUEUES)) {
                countdown = 3;
            }
        }

        private void stored(@Nullable Retired last) {
            store.answered();
            if (phase == Phase.RECORD) {
                countdown = 1;
            } else if (last != null) {
                completions.enter(last, 1);
            }
        }

        /** A command completes in this cycle; tokens can be taken from the next on. */
        private void complete(Retired c) {
            moved = true;
            completedNow[c.queue()]++;
            inProgress[c.label()]--;
            for (int q = 0; q < QUEUES; q++) {
                if ((c.signals() & 1 << q) != 0) {
                    given[c.queue()][q]++;
                    if (tokens[c.queue()][q] + given[c.queue()][q] > 255) {
                        overflowPc = c.pc();
                    }
                }
            }
            if (c.halt()) {
                halted++;
            }
            if (c.register() != Retired.NO_REGISTER) {
                queues[c.queue()].wake(c.register(), c.value());
            }
            int end = c.label() * Activity.OPERATOR_SLOTS + Activity.OPERATOR_END;
            operators[end] = Math.max(operators[end], now);
        }

        private void latchTokens() {
            for (int p = 0; p < QUEUES; p++) {
                queues[p].outstanding -= completedNow[p];
                completedNow[p] = 0;
                for (int q = 0; q < QUEUES; q++) {
                    tokens[p][q] += given[p][q];
                    given[p][q] = 0;
                    if (tokens[p][q] > 255) {
                        throw new DeviceFault(
                                FaultCode.TOKEN_OVERFLOW,
                                Queue.of(p),
                                overflowPc,
                                q,
                                "counter for queue " + Queue.of(q).text() + " is above 255");
                    }
                }
            }
        }

        private void countActive() {
            for (int label = 0; label < inProgress.length; label++) {
                if (inProgress[label] > 0) {
                    operators[label * Activity.OPERATOR_SLOTS + Activity.OPERATOR_ACTIVE]++;
                }
            }
        }

        /** If nothing moved and nothing can come, nothing ever will. */
        private void checkProgress() {
            if (moved
                    || halted == QUEUES
                    || !completions.empty()
                    || !readPort.idle()
                    || !writePort.idle()
                    || load.active()
                    || store.active()
                    || !matrix.idle()
                    || !vector.free()) {
                return;
            }
            for (int q = 0; q < QUEUES; q++) {
                queues[q].latch();
                if (!queues[q].empty() && stall(q, queues[q]) == null) {
                    return;
                }
            }
            for (int q = 0; q < QUEUES; q++) {
                if (!queues[q].empty()) {
                    throw new DeviceFault(
                            FaultCode.DEADLOCK, Queue.of(q), queues[q].head().pc, 0, "nothing can happen any more");
                }
            }
        }

        private void checkTokensLeft() {
            for (int p = 0; p < QUEUES; p++) {
                for (int q = 0; q < QUEUES; q++) {
                    if (tokens[p][q] != 0) {
                        throw new DeviceFault(
                                FaultCode.TOKENS_LEFT,
                                Queue.of(p),
                                job.program().length(p) - 1,
                                q,
                                tokens[p][q] + " tokens are left");
                    }
                }
            }
        }
    }
}
