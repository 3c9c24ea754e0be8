package dev.hwc.sim.systolic.oracle;

import org.jspecify.annotations.Nullable;

/** Sends write bursts a beat a cycle (timing.md T16). */
final class StoreEngine {
    private final BeatWalker walker;
    private final int beatBytes;
    private final int places;
    private final Port port;
    private @Nullable Retired command;
    private boolean active;
    private int beatsLeft;
    private int unanswered;

    /** What happened in a cycle. */
    enum Outcome {
        IDLE,
        BLOCKED,
        BEAT,
        LAST_BEAT
    }

    StoreEngine(BeatWalker walker, int beatBytes, int places, Port port) {
        this.walker = walker;
        this.beatBytes = beatBytes;
        this.places = places;
        this.port = port;
    }

    boolean active() {
        return active;
    }

    int label() {
        return command == null ? -1 : command.label();
    }

    /** Bytes of the burst being sent. */
    int bytes() {
        return walker.beats() * beatBytes;
    }

    void begin(@Nullable Retired next, long base, long offset, long stride, int rows, int rowBytes) {
        walker.begin(base, offset, stride, rows, rowBytes);
        command = next;
        active = true;
    }

    Outcome step() {
        if (!active) {
            return Outcome.IDLE;
        }
        if (beatsLeft == 0) {
            if (unanswered == places) {
                return Outcome.BLOCKED;
            }
            unanswered++;
            beatsLeft = walker.beats();
        }
        beatsLeft--;
        return beatsLeft == 0 ? Outcome.LAST_BEAT : Outcome.BEAT;
    }

    /** After the last beat of a burst: the memory sees it. */
    void submit(long cycle) {
        long address = walker.address();
        int bytes = bytes();
        active = walker.pass();
        port.submit(cycle, address, bytes, active ? null : command);
    }

    /** A burst is answered; its place is free from the next cycle on. */
    void answered() {
        unanswered--;
    }
}
