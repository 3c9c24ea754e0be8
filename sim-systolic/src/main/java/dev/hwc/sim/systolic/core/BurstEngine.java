package dev.hwc.sim.systolic.core;

import dev.hwc.ir.hw.HardwareSpec.Port;
import dev.hwc.sim.memory.MemoryModel;
import dev.hwc.sim.systolic.queues.Snapshot;

/**
 * One direction of the port: sends the bursts of one command after the other and remembers those in
 * flight. A read takes the engine one cycle (timing.md T8, T9), a write one cycle per beat, its
 * last beat shows it to the memory (T16, T17).
 */
final class BurstEngine {
    static final long NEVER = MemoryModel.NEVER;
    /** Cycles from the engine to the memory: window check, register at the port (timing.md T20). */
    static final int PORT_CYCLES = 2;

    /** Result of {@link #answer}: the command has more bursts. */
    static final int NOT_LAST = -1;

    private final boolean write;
    private final MemoryModel memory;
    private final Bursts bursts;
    private final int beatBytes;
    private final int places;
    private final long[] answers;
    /** For each place, the number of the command whose last burst is in it, or NOT_LAST. */
    private final int[] lastOf;

    private boolean active;
    private int command;
    private int bytes;
    private long ready;
    private long sent;
    private long answered;

    BurstEngine(Port port, MemoryModel memory, boolean write) {
        this.write = write;
        this.memory = memory;
        bursts = new Bursts(port.beatBytes(), port.maxBurstBytes());
        beatBytes = port.beatBytes();
        places = write ? port.outstandingWrites() : port.outstandingReads();
        answers = new long[places];
        lastOf = new int[places];
    }

    /** Commands that can be in flight or being sent. */
    int commands() {
        return places + 1;
    }

    /**
     * Starts a command.
     *
     * @param number the caller's number for it, 0..
     * @param cycle first cycle of its first burst
     */
    void begin(int number, long cycle, long base, long address, long stride, int rows, int rowBytes) {
        bursts.begin(base, address, stride, rows, rowBytes);
        active = true;
        command = number;
        ready = cycle;
        bytes = bursts.bytes();
    }

    /** Whether a command has bursts to send. */
    boolean active() {
        return active;
    }

    /** First cycle at which the next burst could begin if a place were free. */
    long ready() {
        return ready;
    }

    /** Bursts whose answer is not known yet. */
    long inFlight() {
        return sent - answered;
    }

    /** Bytes of the burst that goes next. */
    int bytes() {
        return bytes;
    }

    /** Cycles the engine is busy with the burst that goes next. */
    int occupied() {
        return write ? bytes / beatBytes : 1;
    }

    /** Cycle at which the engine sends the next burst (its last beat), or NEVER as far as is known. */
    long next() {
        if (!active) {
            return NEVER;
        }
        if (sent < places) {
            return ready + occupied() - 1;
        }
        // Burst sent − places must have left its place; answers come in order.
        if (sent - answered >= places) {
            return NEVER;
        }
        return Math.max(ready, answers[(int) (sent % places)] + 1) + occupied() - 1;
    }

    /** Cycles the next burst waits for a place, once {@link #next} is known. */
    long waits(long next) {
        return next - occupied() + 1 - ready;
    }

    /**
     * Sends the next burst at cycle {@link #next}; the memory sees it PORT_CYCLES later. If {@link #active} is false then,
     * it was the command's last.
     *
     * @return the answer's cycle, or PENDING
     */
    long submit(long cycle) {
        long ticket = sent++;
        int place = (int) (ticket % places);
        long address = bursts.address();
        int size = bytes;
        active = bursts.advance();
        if (active) {
            bytes = bursts.bytes();
        }
        lastOf[place] = active ? NOT_LAST : command;
        ready = cycle + 1;
        long answer = memory.submit(cycle + PORT_CYCLES, write, address, size, ticket);
        if (answer != MemoryModel.PENDING) {
            answers[place] = answer;
            answered++;
        }
        return answer;
    }

    /** Shows the state, or moves it. */
    void state(Snapshot snapshot) {
        snapshot.exact(active ? 1 : 0);
        snapshot.exact(bytes);
        snapshot.exact(inFlight());
        ready = snapshot.time(ready);
        for (int i = 0; i < places; i++) {
            int place = (int) ((sent + i) % places);
            answers[place] = snapshot.time(answers[place]);
            snapshot.exact(lastOf[place] == NOT_LAST ? NOT_LAST : Math.floorMod(lastOf[place] - command, commands()));
        }
        bursts.state(snapshot);
    }

    /** Notes an answer that was pending; returns the command whose last burst it was, or NOT_LAST. */
    int answer(long ticket, long cycle) {
        int place = (int) (ticket % places);
        answers[place] = cycle;
        answered++;
        return lastOf[place];
    }
}
