package dev.hwc.sim.activity;

import dev.hwc.ir.isa.Queue;
import java.util.List;

/**
 * What the commands of one operator did. For every engine, busy and stalled cycles of all operators
 * and one cycle per sync and emit add up to the time from the programs' start to the engine's halt:
 * the engine that binds a run tells how its cycles divide among the operators.
 *
 * @param label the operator's name
 * @param start first cycle at which a command of it started
 * @param end last cycle at which a command of it completed
 * @param active cycles in which at least one command of it was in progress. All its bursts and
 *     multiply-accumulates lie within, so in them it is never faster than memory and array; those of
 *     other operators overlap
 * @param busy cycles per queue (timing.md §9)
 * @param stalled cycles per queue that the engine lost before and in commands of this operator
 * @param bytesRead from memory
 * @param bytesWritten to memory
 */
public record OperatorActivity(
        String label,
        long start,
        long end,
        long active,
        List<Long> busy,
        List<Long> stalled,
        long macs,
        long bytesRead,
        long bytesWritten) {
    public OperatorActivity {
        busy = List.copyOf(busy);
        stalled = List.copyOf(stalled);
    }

    /** Cycles of an engine's time that went to this operator. */
    public long cycles(Queue queue) {
        return busy.get(queue.ordinal()) + stalled.get(queue.ordinal());
    }
}
