package dev.hwc.rtl.generator.frontend;

import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.DecodedProgram;
import dev.hwc.sim.systolic.queues.Sequencer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The rules T1 to T7 and §9 of timing.md for four engines, one cycle at a time. Cycle 0 is S. */
final class IssueModel {
    static final int QUEUES = 4;
    private static final int LOAD = 0;
    private static final int MATRIX = 1;
    private static final int DEPTH = 4;
    private static final int DRAIN = 5;
    private static final int SLOT = 6;
    /** More cycles than any command of the engine model takes. */
    private static final int QUIET = 100;

    record TokenFault(FaultCode code, Queue queue, int pc, long address) {}

    /** One queue from program to FIFO. */
    private static final class Lane {
        final Sequencer sequencer;
        final Deque<Command> fifo = new ArrayDeque<>();
        int visible;
        int outstanding;
        boolean stopped;
        boolean waiting;
        boolean haltStarted;
        boolean halted;
        int haltPc;

        @Nullable
        Command sync;

        Lane(Sequencer sequencer) {
            this.sequencer = sequencer;
        }
    }

    final EngineModel[] engines = new EngineModel[QUEUES];
    /** Of the last cycle: what started, the stall's cause or −1, and the opcode executed or −1. */
    final @Nullable Command[] started = new @Nullable Command[QUEUES];

    final int[] stalls = new int[QUEUES];
    final int[] retired = new int[QUEUES];
    private final Lane[] lanes = new Lane[QUEUES];
    private final int[][] tokens = new int[QUEUES][QUEUES];
    private final int[][] given = new int[QUEUES][QUEUES];
    private long now;
    private int quiet;

    IssueModel(DecodedProgram program, long[] arguments) {
        for (int q = 0; q < QUEUES; q++) {
            engines[q] = new EngineModel();
            lanes[q] = new Lane(new Sequencer(program, q, arguments, new long[Opcode.values().length], 0));
        }
    }

    long now() {
        return now;
    }

    /** Nothing has happened for so long that nothing ever will. */
    boolean stuck() {
        return quiet > QUIET;
    }

    /** The fault of a program that is stuck, or halted with tokens left (isa.md §7); null if it ended well. */
    @Nullable
    TokenFault fault() {
        for (int q = 0; q < QUEUES; q++) {
            Command head = lanes[q].fifo.peek();
            if (!halted() && head != null) {
                return new TokenFault(FaultCode.DEADLOCK, Queue.of(q), head.pc, 0);
            }
            for (int to = 0; halted() && to < QUEUES; to++) {
                if (tokens[q][to] > 0) {
                    return new TokenFault(FaultCode.TOKENS_LEFT, Queue.of(q), lanes[q].haltPc, to);
                }
            }
        }
        return null;
    }

    boolean halted() {
        for (Lane lane : lanes) {
            if (!lane.halted) {
                return false;
            }
        }
        return true;
    }

    /** The word that a load.register brings. */
    static long loaded(Command command) {
        return command.pc % 4;
    }

    void cycle() {
        int[] completed = new int[QUEUES];
        boolean[] woken = new boolean[QUEUES];
        boolean[] halting = new boolean[QUEUES];
        for (int q = 0; q < QUEUES; q++) {
            lanes[q].visible = lanes[q].fifo.size();
            Command sync = lanes[q].sync;
            lanes[q].sync = null;
            for (Command c :
                    new Command[] {engines[q].completing(false, now), sync, engines[q].completing(true, now)}) {
                if (c != null) {
                    completed[q]++;
                    give(c);
                    halting[q] |= c.opcode == Opcode.HALT;
                    woken[q] |= c.opcode == Opcode.LOAD_REGISTER;
                    if (c.opcode == Opcode.LOAD_REGISTER) {
                        lanes[q].sequencer.write(c.register, loaded(c));
                    }
                }
            }
        }
        for (int q = 0; q < QUEUES; q++) {
            start(q);
        }
        quiet++;
        for (int q = 0; q < QUEUES; q++) {
            step(q);
            quiet = started[q] != null || retired[q] >= 0 || completed[q] > 0 ? 0 : quiet;
            lanes[q].waiting &= !woken[q];
            lanes[q].outstanding += (started[q] == null ? 0 : 1) - completed[q];
            lanes[q].halted |= halting[q];
            engines[q].tick(now);
            for (int to = 0; to < QUEUES; to++) {
                tokens[q][to] += given[q][to];
                given[q][to] = 0;
            }
        }
        now++;
    }

    private void give(Command c) {
        for (int to = 0; to < QUEUES; to++) {
            given[c.queue][to] += c.signals >> to & 1;
        }
    }

    private void start(int q) {
        Lane lane = lanes[q];
        started[q] = null;
        stalls[q] = -1;
        if (lane.haltStarted || !engines[q].free(now)) {
            return;
        }
        stalls[q] = cause(q);
        if (stalls[q] >= 0) {
            return;
        }
        Command c = lane.fifo.remove();
        started[q] = c;
        for (int from = 0; from < QUEUES; from++) {
            tokens[from][q] -= c.waits >> from & 1;
        }
        if (c.opcode == Opcode.SYNC || c.opcode == Opcode.HALT) {
            lane.sync = c;
            lane.haltStarted = c.opcode == Opcode.HALT;
            lane.haltPc = c.pc;
        } else {
            engines[q].start(c, now);
        }
    }

    private int cause(int q) {
        Lane lane = lanes[q];
        if (lane.visible == 0) {
            return 0;
        }
        Command c = lane.fifo.element();
        for (int from = 0; from < QUEUES; from++) {
            if ((c.waits >> from & 1) != 0 && tokens[from][q] == 0) {
                return 1 + from;
            }
        }
        if (c.drains() && lane.outstanding != 0) {
            return DRAIN;
        }
        EngineModel matrix = engines[MATRIX];
        boolean place = switch (c.opcode) {
            case MATMUL -> matrix.slotFree(c.slot);
            case EMIT -> matrix.canEmit();
            default -> true;
        };
        return place ? -1 : SLOT;
    }

    private void step(int q) {
        Lane lane = lanes[q];
        retired[q] = -1;
        if (lane.stopped || lane.waiting) {
            return;
        }
        Opcode opcode = lane.sequencer.opcode();
        if (!opcode.command()) {
            retired[q] = opcode.ordinal();
            lane.sequencer.control();
        } else if (lane.visible < DEPTH) {
            retired[q] = opcode.ordinal();
            Command c = new Command();
            lane.sequencer.command(c);
            lane.fifo.add(c);
            lane.stopped = opcode == Opcode.HALT;
            lane.waiting = q == LOAD && opcode == Opcode.LOAD_REGISTER;
        }
    }
}
