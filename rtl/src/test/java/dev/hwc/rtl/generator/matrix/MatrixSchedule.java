package dev.hwc.rtl.generator.matrix;

import dev.hwc.ir.hw.HardwareSpec;
import java.util.Arrays;
import java.util.List;

/** Cycles of a job's commands in closed form (timing.md T12 to T14), and what the engine shows in each. */
final class MatrixSchedule {
    private static final int PENDING = 4;

    /** Start of each command; the cycle of an emission's first row. */
    final int[] starts;

    final int[] emissions;
    /** First cycle after everything. */
    int end;

    private final int slots;

    /**
     * @param from first cycle in which a command can start
     */
    MatrixSchedule(HardwareSpec spec, List<MatrixJob.Command> commands, int from) {
        slots = spec.array().accumulatorSlots();
        starts = new int[commands.size()];
        emissions = new int[commands.size()];
        int[] fed = new int[slots];
        int[] slotFree = new int[slots];
        int[] ends = new int[PENDING];
        Arrays.fill(fed, -1);
        Arrays.fill(ends, -1);
        int emitted = 0;
        int feedFree = from;
        int lastEnd = -1;
        int before = from - 1;
        for (int i = 0; i < starts.length; i++) {
            MatrixJob.Command c = commands.get(i);
            int start = Math.max(before + c.delay(), feedFree);
            if (c.emit()) {
                start = Math.max(start, ends[emitted % PENDING] + 1);
                int d = fed[c.slot()] < 0 ? start : fed[c.slot()];
                emissions[i] = Math.max(Math.max(start + 8, d + c.n() + 20), lastEnd + 1);
                lastEnd = emissions[i] + c.m() - 1;
                ends[emitted++ % PENDING] = lastEnd;
                slotFree[c.slot()] = lastEnd + 1;
                feedFree = start + 1;
            } else {
                start = Math.max(start, slotFree[c.slot()]);
                fed[c.slot()] = start + c.feed() - 1;
                feedFree = start + c.feed();
            }
            starts[i] = start;
            before = start;
        }
        end = Math.max(feedFree, lastEnd + 1) + 3;
    }

    /** The engine's flags in a cycle, named for messages. */
    record Flags(boolean free, boolean busy, boolean canEmit, int slotFree, int complete, int completeEmit) {}

    /** Flags of every cycle; a completion is the number of its command, or −1. */
    Flags[] flags(List<MatrixJob.Command> commands, int cycles) {
        boolean[] occupied = new boolean[cycles];
        boolean[] busy = new boolean[cycles];
        int[] pending = new int[cycles];
        int[] slotBusy = new int[cycles];
        int[] complete = new int[cycles];
        int[] completeEmit = new int[cycles];
        Arrays.fill(complete, -1);
        Arrays.fill(completeEmit, -1);
        for (int i = 0; i < starts.length; i++) {
            MatrixJob.Command c = commands.get(i);
            int s = starts[i];
            if (c.emit()) {
                int last = emissions[i] + c.m() - 1;
                for (int t = s + 1; t <= last; t++) {
                    pending[t]++;
                    slotBusy[t] |= 1 << c.slot();
                }
                completeEmit[last] = i;
            } else {
                Arrays.fill(occupied, s + 1, s + c.feed(), true);
                Arrays.fill(busy, s, s + c.feed(), true);
                complete[s + c.feed() + 1] = i;
            }
        }
        Flags[] flags = new Flags[cycles];
        for (int t = 0; t < cycles; t++) {
            int slotFree = ~slotBusy[t] & (1 << slots) - 1;
            flags[t] = new Flags(!occupied[t], busy[t], pending[t] < PENDING, slotFree, complete[t], completeEmit[t]);
        }
        return flags;
    }
}
