package dev.hwc.sim.systolic.oracle;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Sequencer;
import java.util.ArrayDeque;

/** A sequencer and its command FIFO, one step a cycle (timing.md T1 to T3). */
final class CommandQueue {
    private static final int DEPTH = 4;

    private enum State {
        RUN,
        WAIT_REGISTER,
        WAKE,
        STOPPED
    }

    final Sequencer sequencer;
    private final ArrayDeque<Command> fifo = new ArrayDeque<>();
    private State state = State.RUN;
    /** FIFO occupancy at the start of the cycle. */
    private int occupied;

    /** Commands started and not completed, as of the start of the cycle. */
    int outstanding;
    /** Cycles without a start since the engine was free. */
    long waited;

    boolean haltStarted;

    CommandQueue(Sequencer sequencer) {
        this.sequencer = sequencer;
    }

    /** A new cycle begins. */
    void latch() {
        occupied = fifo.size();
    }

    boolean empty() {
        return occupied == 0;
    }

    Command head() {
        return fifo.element();
    }

    void pop() {
        fifo.remove();
    }

    /** The register is written in this cycle; the sequencer goes on in the next. */
    void wake(int register, long value) {
        sequencer.write(register, value);
        state = State.WAKE;
    }

    /** The sequencer's work of this cycle; whether it did something or will. */
    boolean step() {
        switch (state) {
            case WAKE -> state = State.RUN;
            case RUN -> {
                Opcode opcode = sequencer.opcode();
                if (!opcode.command()) {
                    sequencer.control();
                } else if (occupied < DEPTH) {
                    Command c = new Command();
                    sequencer.command(c);
                    fifo.add(c);
                    if (opcode == Opcode.LOAD_REGISTER) {
                        state = State.WAIT_REGISTER;
                    } else if (opcode == Opcode.HALT) {
                        state = State.STOPPED;
                    }
                } else {
                    return false;
                }
            }
            case WAIT_REGISTER, STOPPED -> {
                return false;
            }
        }
        return true;
    }
}
