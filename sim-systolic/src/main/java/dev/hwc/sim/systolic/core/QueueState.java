package dev.hwc.sim.systolic.core;

import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Opcode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.queues.Sequencer;
import dev.hwc.sim.systolic.queues.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * One queue in time: its sequencer runs ahead as far as the command FIFO allows (timing.md T1 to
 * T3), its engine's next free cycle, and what its commands have completed.
 */
final class QueueState {
    private static final long NEVER = MemoryModel.NEVER;
    private static final int DEPTH = 4;

    final int index;
    final Sequencer sequencer;
    private final long watchdog;
    private final Command[] commands = new Command[DEPTH];
    private final long[] visible = new long[DEPTH];
    /** Start of the command that was last in each place. */
    private final long[] vacated = new long[DEPTH];

    private int head;
    private int count;
    private long cycle;
    private boolean stopped;

    /** First cycle at which the engine can start another command; NEVER while that is unknown. */
    long free;
    /** Latest completion known, and started commands whose completion is not. */
    long lastCompletion;

    int unknown;

    /** What the sequencer ran into, and when. */
    @Nullable
    DeviceFault fault;

    long faultCycle = NEVER;

    QueueState(int index, Sequencer sequencer, long start, long watchdog) {
        this.index = index;
        this.sequencer = sequencer;
        this.watchdog = watchdog;
        for (int i = 0; i < DEPTH; i++) {
            commands[i] = new Command();
        }
        cycle = start;
        free = start;
        fill();
    }

    boolean empty() {
        return count == 0;
    }

    Command head() {
        return commands[head];
    }

    /** First cycle at which the head command is visible to its engine. */
    long visible() {
        return visible[head];
    }

    /** The head command starts and leaves; its object is reused by the next {@link #fill}. */
    void pop(long start) {
        vacated[head] = start;
        head = (head + 1) % DEPTH;
        count--;
    }

    /** Shows the state, or moves it. */
    void state(Snapshot snapshot) {
        snapshot.exact(count);
        snapshot.exact(stopped ? 1 : 0);
        snapshot.exact(unknown);
        snapshot.exact(fault == null ? 0 : 1);
        cycle = snapshot.time(cycle);
        free = snapshot.time(free);
        lastCompletion = snapshot.time(lastCompletion);
        for (int i = 0; i < DEPTH; i++) {
            int place = (head + i) % DEPTH;
            vacated[place] = snapshot.time(vacated[place]);
            if (i < count) {
                visible[place] = snapshot.time(visible[place]);
                commands[place].state(snapshot);
            }
        }
        sequencer.state(snapshot);
    }

    /** The register that load.register waited for is written at this cycle. */
    void resume(int register, long value, long completion) {
        sequencer.write(register, value);
        cycle = completion + 1;
        stopped = false;
        fill();
    }

    /** Runs the sequencer until the FIFO is full or the sequencer stops. */
    void fill() {
        try {
            while (count < DEPTH && !stopped) {
                Opcode opcode = sequencer.opcode();
                if (opcode.command()) {
                    push(opcode);
                } else {
                    sequencer.control();
                    cycle++;
                }
                if (cycle > watchdog) {
                    throw new DeviceFault(
                            FaultCode.WATCHDOG,
                            Queue.of(index),
                            sequencer.pc(),
                            cycle,
                            "the job takes longer than " + watchdog + " cycles");
                }
            }
        } catch (DeviceFault f) {
            fault = f;
            faultCycle = cycle;
            stopped = true;
        }
    }

    private void push(Opcode opcode) {
        int tail = (head + count) % DEPTH;
        long push = Math.max(cycle, vacated[tail] + 1);
        sequencer.command(commands[tail]);
        visible[tail] = push + 1;
        cycle = push + 1;
        count++;
        stopped = opcode == Opcode.LOAD_REGISTER || opcode == Opcode.HALT;
    }
}
