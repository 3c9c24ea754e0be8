package dev.hwc.sim.systolic.oracle;

import org.jspecify.annotations.Nullable;

/** Issues one read burst a cycle (timing.md T8, T9). */
final class LoadEngine {
    private final BeatWalker walker;
    private final int beatBytes;
    private final Port port;
    private @Nullable Retired command;
    private boolean active;

    /** What happened in a cycle. */
    enum Outcome {
        IDLE,
        BLOCKED,
        ISSUED
    }

    LoadEngine(BeatWalker walker, int beatBytes, Port port) {
        this.walker = walker;
        this.beatBytes = beatBytes;
        this.port = port;
    }

    boolean active() {
        return active;
    }

    int label() {
        return command == null ? -1 : command.label();
    }

    int bytes() {
        return walker.beats() * beatBytes;
    }

    void begin(@Nullable Retired next, long base, long offset, long stride, int rows, int rowBytes) {
        walker.begin(base, offset, stride, rows, rowBytes);
        command = next;
        active = true;
    }

    Outcome step(long cycle) {
        if (!active) {
            return Outcome.IDLE;
        }
        if (!port.free()) {
            return Outcome.BLOCKED;
        }
        long address = walker.address();
        int bytes = bytes();
        active = walker.pass();
        port.submit(cycle, address, bytes, active ? null : command);
        return Outcome.ISSUED;
    }
}
