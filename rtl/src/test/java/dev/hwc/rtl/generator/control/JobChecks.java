package dev.hwc.rtl.generator.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.device.JobDescriptor;
import java.util.ArrayList;
import java.util.List;

/** What must be seen of a job: timing.md §7, isa.md §7 and §8. */
final class JobChecks {
    /** From a fault's cycle to the abort. */
    static final int ABORT = 2;

    private JobChecks() {}

    /** A job without a fault: every command and the record in their cycles. */
    static void clean(JobTrace seen, JobImage job, String what) {
        int checked = seen.descriptorRead + 1;
        assertEquals(reads(seen, job), seen.fetches, what + ": what is read");
        assertEquals(job.resident() ? List.of() : List.of(checked), seen.streamStarts, what + ": programs announced");
        int run = job.resident() ? checked : seen.programsRead + 1;
        assertEquals(List.of(run), seen.runs, what + ": cycle S - 1");
        assertEquals(List.of(), seen.aborts, what + ": aborts");
        assertEquals(List.of(good(seen)), seen.records, what + ": completion record");
        ends(seen, JobFault.NONE, what);
    }

    private static List<JobTrace.Fetch> reads(JobTrace seen, JobImage job) {
        List<JobTrace.Fetch> fetches = new ArrayList<>();
        fetches.add(new JobTrace.Fetch(1, true, seen.descriptor, JobDescriptor.BYTES));
        int from = seen.descriptorRead + 2;
        for (int q = 0; q < 4 && !job.resident(); q++) {
            int at = seen.free.nextSetBit(from);
            fetches.add(new JobTrace.Fetch(at, false, job.offset(q), job.bytes(q)));
            from = at + 1;
        }
        return fetches;
    }

    private static JobTrace.Write good(JobTrace seen) {
        return new JobTrace.Write(
                seen.halted, address(seen), new CompletionRecord(0, 0, 0, seen.sequence, seen.halted));
    }

    private static long address(JobTrace seen) {
        return seen.descriptor + CompletionRecord.OFFSET;
    }

    /** What registers say after the end, which is the record's answer. */
    private static void ends(JobTrace seen, JobFault fault, String what) {
        assertEquals(seen.answered, seen.ended, what + ": end");
        registers(seen, fault, what);
    }

    private static void registers(JobTrace seen, JobFault fault, String what) {
        assertEquals(fault, seen.fault, what + ": fault register");
        assertEquals(fault.code() != 0, seen.faulted, what + ": told as faulted");
        assertEquals(seen.ended, seen.cycles, what + ": cycles");
    }

    /** A job with a fault in some cycle: one abort, then, drained, the record. */
    static void faulty(JobTrace seen, JobFault fault, int cycle, String what) {
        beforeTheRecord(seen, cycle, 1, what);
        assertEquals(written(seen, fault, cycle), seen.records, what + ": completion records");
        ends(seen, fault, what);
    }

    /** One whose record is not answered: a second abort frees the store engine, and the registers tell. */
    static void lost(JobTrace seen, JobFault fault, int cycle, int timeout, String what) {
        beforeTheRecord(seen, cycle, 2, what);
        assertEquals(written(seen, fault, cycle), seen.records, what + ": completion records");
        assertEquals(giveUp(seen, timeout) + 1, seen.aborts.getLast(), what + ": second abort");
        assertEquals(seen.drained.getLast(), seen.ended, what + ": end");
        registers(seen, fault, what);
    }

    /** Last cycle in which the answer of a fault's record counts. */
    static int giveUp(JobTrace seen, int timeout) {
        return seen.drained.getFirst() + 1 + timeout + 17;
    }

    private static void beforeTheRecord(JobTrace seen, int cycle, int aborts, String what) {
        assertEquals(aborts, seen.aborts.size(), () -> what + ": cycles of aborts " + seen.aborts);
        assertEquals(cycle + ABORT, seen.aborts.getFirst(), what + ": cycle of the abort");
        assertTrue(seen.fetches.getLast().cycle() <= cycle, what + ": nothing is read after the fault");
        assertTrue(seen.runs.stream().allMatch(run -> run <= cycle + 1), what + ": nothing runs after the abort");
        assertFalse(seen.runs.size() > 1 || seen.streamStarts.size() > 1, what + ": nothing starts twice");
    }

    /** The fault's record, behind that of a job which had halted before. */
    private static List<JobTrace.Write> written(JobTrace seen, JobFault fault, int cycle) {
        List<JobTrace.Write> records = new ArrayList<>();
        boolean halted = seen.halted >= 0 && seen.halted <= cycle;
        if (halted && !seen.records.isEmpty() && seen.records.getFirst().equals(good(seen))) {
            records.add(good(seen));
        }
        records.add(new JobTrace.Write(seen.drained.getFirst() + 1, address(seen), fault.record(seen.sequence)));
        return records;
    }
}
