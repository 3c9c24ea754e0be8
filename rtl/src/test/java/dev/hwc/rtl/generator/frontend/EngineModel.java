package dev.hwc.rtl.generator.frontend;

import dev.hwc.ir.isa.Opcode;
import dev.hwc.sim.systolic.queues.Command;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** An engine that takes commands at its own pace and completes them in order, emits apart from the others. */
final class EngineModel {
    private static final int EMISSIONS = 4;

    private record Completion(long cycle, Command command) {}

    private final Deque<Completion> work = new ArrayDeque<>();
    private final Deque<Completion> emissions = new ArrayDeque<>();
    private long free;

    boolean free(long now) {
        return now >= free;
    }

    boolean canEmit() {
        return emissions.size() < EMISSIONS;
    }

    boolean slotFree(int slot) {
        return emissions.stream().noneMatch(c -> c.command().slot == slot);
    }

    void start(Command command, long now) {
        int pace = command.pc * 7 + (int) now * 3;
        int occupied = command.opcode == Opcode.EMIT ? 1 : 1 + pace % 5;
        free = now + occupied;
        Deque<Completion> line = command.opcode == Opcode.EMIT ? emissions : work;
        long after = line.isEmpty() ? 0 : line.getLast().cycle() + 1;
        line.add(new Completion(Math.max(after, now + occupied + pace % 7), command));
    }

    /** What completes in this cycle, an emit or another; it stays pending until {@link #tick}. */
    @Nullable
    Command completing(boolean emit, long now) {
        Completion head = (emit ? emissions : work).peek();
        return head != null && head.cycle() == now ? head.command() : null;
    }

    /** The cycle ends. */
    void tick(long now) {
        emissions.removeIf(c -> c.cycle() == now);
        work.removeIf(c -> c.cycle() == now);
    }
}
