package dev.hwc.ir.isa;

import dev.hwc.ir.IrException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Which {@code next} belongs to which {@code loop} of a stream (rule I5). */
public final class LoopNest {
    /** Loops a queue can be in at once (isa.md §1). */
    public static final int MAX_DEPTH = 6;

    private final int[] partners;

    /** @throws IrException if loop and next do not nest */
    public LoopNest(Queue queue, List<Instruction> stream) {
        partners = new int[stream.size()];
        Arrays.fill(partners, -1);
        Deque<Integer> open = new ArrayDeque<>();
        for (int pc = 0; pc < stream.size(); pc++) {
            if (stream.get(pc) instanceof Instruction.Loop) {
                open.push(pc);
            } else if (stream.get(pc) instanceof Instruction.Next) {
                close(queue, pc, open);
            }
        }
        if (!open.isEmpty()) {
            throw new IrException("queue " + queue.text() + " pc " + open.pop()
                    + ": loop without next, needed is one next per loop" + " (I5)");
        }
    }

    private void close(Queue queue, int pc, Deque<Integer> open) {
        if (open.isEmpty()) {
            throw new IrException(
                    "queue " + queue.text() + " pc " + pc + ": next without a loop, allowed is one next per loop (I5)");
        }
        int loop = open.pop();
        partners[loop] = pc;
        partners[pc] = loop;
    }

    /** The pc of the loop's next, or of the next's loop; −1 for any other instruction. */
    public int partner(int pc) {
        return partners[pc];
    }
}
