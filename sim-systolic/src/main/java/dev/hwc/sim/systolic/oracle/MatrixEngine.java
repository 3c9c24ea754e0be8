package dev.hwc.sim.systolic.oracle;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.systolic.queues.Command;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Feed counter, per-slot drain counters and the emission unit (timing.md T12 to T14). */
final class MatrixEngine {
    private static final int EMISSIONS = 4;
    private static final long NEVER = -1;

    private static final class Emission {
        private final Retired command;
        private final int slot;
        private int wait;
        private int rowsLeft;

        Emission(Command c, int wait) {
            command = Retired.of(c);
            slot = c.slot;
            this.wait = wait;
            rowsLeft = c.m;
        }
    }

    /** Stages behind the operands of a column: multiply, sum, scale, align, accumulate, convert. */
    private static final int STAGES = 20;

    /** Cycles from an emit's start to its first row: enter, choose the row, read its accumulators, convert, write. */
    private static final int FIRST_ROW = 8;

    /** Cycles from a feed to its last counted term, besides one per row and column. */
    private static final int COUNT = 14;

    /** Cycles since the last feed of each slot. */
    private final long[] sinceFed;

    private final ArrayDeque<Emission> emissions = new ArrayDeque<>();
    private @Nullable Retired feeding;
    private int feedSlot;
    private int feedDrain;
    private long feedLeft;
    private int drainLeft;
    /** An emit that starts in this cycle. */
    private @Nullable Emission entering;

    MatrixEngine(HardwareSpec spec) {
        sinceFed = new long[spec.array().accumulatorSlots()];
        Arrays.fill(sinceFed, NEVER);
    }

    boolean free() {
        return feedLeft == 0;
    }

    boolean canEmit() {
        return emissions.size() < EMISSIONS;
    }

    boolean slotFree(int slot) {
        for (Emission emission : emissions) {
            if (emission.slot == slot) {
                return false;
            }
        }
        return true;
    }

    /** Every term is counted. */
    boolean drained() {
        return drainLeft == 0;
    }

    boolean idle() {
        return feedLeft == 0 && emissions.isEmpty();
    }

    /** Operator of the matmul being fed. */
    int label() {
        return feeding == null ? -1 : feeding.label();
    }

    void startMatmul(Command c) {
        feeding = Retired.of(c);
        feedSlot = c.slot;
        feedDrain = c.m + c.n + COUNT;
        feedLeft = c.blocks == 0 ? 1 : c.blocks * 32;
    }

    void startEmit(Command c) {
        // Counts as of the start of this cycle; without waiting the emission would begin in the next.
        long since = sinceFed[c.slot] == NEVER ? 0 : sinceFed[c.slot] + 1;
        entering = new Emission(c, (int) Math.max(FIRST_ROW, c.n + STAGES - since) - 1);
    }

    /** One cycle: drains, emission, feed. True if an element was fed. */
    boolean step(DelayLine completions, Consumer<Retired> completed) {
        for (int i = 0; i < sinceFed.length; i++) {
            sinceFed[i] += sinceFed[i] == NEVER ? 0 : 1;
        }
        drainLeft = Math.max(0, drainLeft - 1);
        emit(completed);
        if (entering != null) {
            emissions.add(entering);
            entering = null;
        }
        if (feedLeft == 0 || feeding == null) {
            return false;
        }
        sinceFed[feedSlot] = 0;
        drainLeft = Math.max(drainLeft, feedDrain);
        feedLeft--;
        if (feedLeft == 0) {
            completions.enter(feeding, 2);
        }
        return true;
    }

    private void emit(Consumer<Retired> completed) {
        Emission head = emissions.peek();
        if (head != null && head.wait == 0) {
            head.rowsLeft--;
            if (head.rowsLeft == 0) {
                completed.accept(head.command);
                emissions.remove();
            }
        }
        for (Emission emission : emissions) {
            emission.wait = Math.max(0, emission.wait - 1);
        }
    }
}
