package dev.hwc.sim.systolic.oracle;

import dev.hwc.sim.memory.MemoryModel;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One direction of the memory port: the bursts in flight and their answers, stepped every cycle. */
final class Port {
    private static final class Burst {
        private final @Nullable Retired lastOf;
        private long answer = MemoryModel.PENDING;

        Burst(@Nullable Retired lastOf) {
            this.lastOf = lastOf;
        }
    }

    private final MemoryModel memory;
    private final boolean write;
    private final int places;
    private final ArrayDeque<Burst> inFlight = new ArrayDeque<>();
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
     * The memory sees a burst.
     *
     * @param lastOf the command whose last burst it is
     */
    void submit(long cycle, long address, int bytes, @Nullable Retired lastOf) {
        Burst burst = new Burst(lastOf);
        inFlight.add(burst);
        long answer = memory.submit(cycle, write, address, bytes, tickets++);
        if (answer != MemoryModel.PENDING) {
            burst.answer = answer;
        }
    }

    /** The memory tells an answer's cycle. */
    void answered(long ticket, long cycle) {
        long skip = ticket - (tickets - inFlight.size());
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
