package dev.hwc.rtl.generator.control;

import dev.hwc.ir.device.CompletionRecord;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What was seen of one job, by the cycle numbers of timing.md T18: the doorbell's is 0. Those of events that did not come are −1. */
final class JobTrace {
    /** A command of the load engine. */
    record Fetch(int cycle, boolean physical, long address, long bytes) {}

    /** A completion record as it is handed to the store engine. */
    record Write(int cycle, long address, CompletionRecord content) {}

    /** Number of the job, and where its descriptor lies. */
    final int sequence;

    final long descriptor;
    final List<Fetch> fetches = new ArrayList<>();
    final List<Write> records = new ArrayList<>();
    final List<Integer> streamStarts = new ArrayList<>();
    final List<Integer> runs = new ArrayList<>();
    final List<Integer> aborts = new ArrayList<>();
    /** First cycle after each abort in which the port was drained. */
    final List<Integer> drained = new ArrayList<>();
    /** Cycles in which the load engine was free. */
    final BitSet free = new BitSet();

    /** Last beat of the descriptor, and of the programs, at the controller. */
    int descriptorRead = -1;

    int programsRead = -1;
    /** First cycle in which all queues had halted. */
    int halted = -1;
    /** Last answer of a record. */
    int answered = -1;

    int ended = -1;
    boolean faulted;
    JobFault fault = JobFault.NONE;
    long cycles;

    JobTrace(int sequence, long descriptor) {
        this.sequence = sequence;
        this.descriptor = descriptor;
    }
}
