package dev.hwc.sim.systolic.oracle;

import dev.hwc.sim.memory.MemoryModel;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One direction of the memory port: the bursts in flight and their answers, stepped every cycle. */
final class Port {
    /** Registers between an engine and the memory: window check, port. */
    private static final int STAGES = 2;

    private static final class Burst {
        private final @Nullable Retired lastOf;
        private final long seen;
        private final long address;
        private final int bytes;
        private long answer = MemoryModel.PENDING;

        Burst(@Nullable Retired lastOf, long seen, long address, int bytes) {
            this.lastOf = lastOf;
            this.seen = seen;
            this.address = address;
            this.bytes = bytes;
        }
    }

    private final MemoryModel memory;
    private final boolean write;
    private final int places;
    private final ArrayDeque<Burst> inFlight = new ArrayDeque<>();
    /** Those of them that the memory has not seen yet. */
    private final ArrayDeque<Burst> underway = new ArrayDeque<>();

    private long tickets;

    Port(MemoryModel memory, boolean write, int places) {
        this.memory = memory;
        this.write = write;
        this.places = places;
    }

    /** Whether a place is free. Read before the answers of this cycle are taken. */
    boolean free() {
        return inFlight.size() < places;
    }

    boolean idle() {
        return inFlight.isEmpty();
    }

    /**
     * The engine sends a burst; the memory sees it some stages later.
     *
     * @param lastOf the command whose last burst it is
     */
    void submit(long cycle, long address, int bytes, @Nullable Retired lastOf) {
        Burst burst = new Burst(lastOf, cycle + STAGES, address, bytes);
        inFlight.add(burst);
        underway.add(burst);
    }

    /** The memory sees the burst that reaches it in this cycle. */
    void reach(long cycle) {
        Burst head = underway.peek();
        if (head == null || head.seen != cycle) {
            return;
        }
        underway.remove();
        long answer = memory.submit(cycle, write, head.address, head.bytes, tickets++);
        if (answer != MemoryModel.PENDING) {
            head.answer = answer;
        }
    }

    /** The memory tells an answer's cycle. */
    void answered(long ticket, long cycle) {
        long skip = ticket - (tickets + underway.size() - inFlight.size());
        for (Burst burst : inFlight) {
            if (skip-- == 0) {
                burst.answer = cycle;
            }
        }
    }

    /** Takes the answers of this cycle out of their places. */
    void arrivals(long cycle, Consumer<@Nullable Retired> out) {
        for (Burst head = inFlight.peek(); head != null && head.answer == cycle; head = inFlight.peek()) {
            inFlight.remove();
            out.accept(head.lastOf);
        }
    }
}
