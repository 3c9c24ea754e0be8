package dev.hwc.sim.systolic.core;

import dev.hwc.sim.systolic.effects.Effects;
import dev.hwc.sim.systolic.queues.Command;
import dev.hwc.sim.systolic.scratchpad.Stage;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Writes a command's results when it completes, for tests that look for races. */
final class DeferredEffects {
    /** A command with its results, not written yet. */
    record Staged(Command command, Stage stage) {}

    private record Due(long cycle, long order, Staged staged) {}

    private final Effects effects;
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::cycle).thenComparingLong(Due::order));
    private long order;

    DeferredEffects(Effects effects) {
        this.effects = effects;
    }

    /** Reads a command's inputs. */
    Staged stage(Command c) {
        Staged staged = new Staged(c.copy(), new Stage());
        effects.stage(staged.command(), staged.stage());
        return staged;
    }

    void commitAt(long cycle, Staged staged) {
        due.add(new Due(cycle, order++, staged));
    }

    /** Writes the results of all commands that complete up to and including a cycle. */
    void commitUntil(long cycle) {
        for (Due next = due.peek(); next != null && next.cycle() <= cycle; next = due.peek()) {
            due.remove();
            effects.commit(next.staged().command(), next.staged().stage());
        }
    }
}
