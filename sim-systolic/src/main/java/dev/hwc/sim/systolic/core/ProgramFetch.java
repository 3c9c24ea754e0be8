package dev.hwc.sim.systolic.core;

import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Queue;
import dev.hwc.sim.systolic.DeviceFault;
import dev.hwc.sim.systolic.Job;
import dev.hwc.sim.systolic.Window;

/** What must hold of a program before it is read from window 0 (timing.md T18). */
public final class ProgramFetch {
    private ProgramFetch() {}

    /** Throws the fault of a queue's program, if it has one. */
    public static void check(Job job, int queue, int beatBytes) {
        long offset = job.programOffsets()[queue];
        int bytes = job.program().bytes(queue);
        Window window = job.window(0);
        if (offset < 0 || offset % beatBytes != 0) {
            throw new DeviceFault(
                    FaultCode.ALIGNMENT,
                    Queue.of(queue),
                    0,
                    offset,
                    "program at byte " + offset + " of window 0; the offset must be a multiple of " + beatBytes);
        }
        if (!window.readable() || offset + bytes > window.limit()) {
            throw new DeviceFault(
                    FaultCode.WINDOW,
                    Queue.of(queue),
                    0,
                    offset,
                    "program of " + bytes + " bytes at byte " + offset + " of window 0, which has " + window.limit()
                            + " readable bytes");
        }
    }
}
