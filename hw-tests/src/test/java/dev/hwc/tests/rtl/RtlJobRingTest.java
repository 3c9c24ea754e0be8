package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.device.Register;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.BufferAddress;
import dev.hwc.ir.isa.FaultCode;
import dev.hwc.ir.isa.Program;
import dev.hwc.ir.isa.Tokens;
import dev.hwc.rtl.RtlException;
import dev.hwc.rtl.harness.RequiresVerilator;
import dev.hwc.sim.systolic.testing.ProgramWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several jobs in the ring of the whole accelerator: order, records, interrupts, faults, wrap-around. */
@RequiresVerilator
class RtlJobRingTest {
    private static final HardwareSpec SPEC = HardwareSpecs.preset("tiny-4x4");
    private static final int LOG2 = 2;
    private static final int SHORT = 16;
    private static final int LONG = 512;
    private static final int JOB_ENDED = 1;
    private static final int JOB_FAULTED = 2;

    private static RingRig rig() {
        return new RingRig(SPEC, LOG2);
    }

    private static Program outsideItsWindow() {
        return new ProgramWriter()
                .add(CopyProgram.linear(1, (1 << 16) - 4, BufferAddress.at(0), 8, Tokens.NONE))
                .program();
    }

    /** The cycles of a job that is alone. */
    private static long cyclesAlone(int elements) {
        try (RingRig rig = rig()) {
            RingRig.Put job = rig.put(CopyProgram.of(elements));
            rig.ring().ring();
            return rig.await(job).value();
        }
    }

    @Test
    void aFullRingRunsInOrderAndEachJobTakesItsOwnCycles() {
        long shortCycles = cyclesAlone(SHORT);
        long longCycles = cyclesAlone(LONG);
        assertTrue(shortCycles < longCycles);
        try (RingRig rig = rig()) {
            List<RingRig.Put> jobs = new ArrayList<>();
            for (int i = 0; i < rig.ring().size(); i++) {
                jobs.add(rig.put(CopyProgram.of(i % 2 == 0 ? LONG : SHORT)));
            }
            rig.ring().ring();
            for (int i = 0; i < jobs.size(); i++) {
                CompletionRecord record = rig.await(jobs.get(i));
                assertEquals(0, record.code());
                assertEquals(i % 2 == 0 ? longCycles : shortCycles, record.value(), "job " + (i + 1));
                jobs.get(i).assertCopied(i % 2 == 0 ? LONG : SHORT);
            }
            assertEquals(1, rig.model().read(Register.STATUS) & 1, "idle at the end");
        }
    }

    @Test
    void aRecordIsInMemoryBeforeItsInterruptAndNoLaterJobsIsYet() {
        try (RingRig rig = rig()) {
            List<RingRig.Put> jobs = List.of(rig.put(CopyProgram.of(LONG)), rig.put(CopyProgram.of(LONG)));
            rig.ring().ring();
            assertEquals(JOB_ENDED, rig.interrupt());
            assertEquals(1, rig.ring().completed());
            assertEquals(1, rig.ring().record(1).sequence());
            assertEquals(-1, rig.ring().record(2).sequence());
            jobs.get(0).assertCopied(LONG);
            assertEquals(JOB_ENDED, rig.interrupt());
            assertEquals(2, rig.ring().completed());
            jobs.get(1).assertCopied(LONG);
        }
    }

    @Test
    void jobsPutWhileOneRunsFollowIt() {
        try (RingRig rig = rig()) {
            RingRig.Put first = rig.put(CopyProgram.of(LONG));
            rig.ring().ring();
            assertEquals(0, rig.ring().completed());
            assertEquals(2, rig.model().read(Register.STATUS) & 3, "running");
            RingRig.Put second = rig.put(CopyProgram.of(SHORT));
            RingRig.Put third = rig.put(CopyProgram.of(LONG));
            rig.ring().ring();
            assertEquals(0, rig.ring().completed());
            rig.await(third);
            first.assertCopied(LONG);
            second.assertCopied(SHORT);
            third.assertCopied(LONG);
        }
    }

    @Test
    void theRingWrapsAround() {
        try (RingRig rig = rig()) {
            for (int round = 0; round < 3; round++) {
                List<RingRig.Put> jobs = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    jobs.add(rig.put(CopyProgram.of(SHORT)));
                }
                rig.ring().ring();
                for (RingRig.Put job : jobs) {
                    assertEquals(0, rig.await(job).code());
                    job.assertCopied(SHORT);
                }
            }
            assertEquals(9, rig.ring().completed());
        }
    }

    @Test
    void oneJobTooManyIsRefusedUntilOneHasEnded() {
        try (RingRig rig = rig()) {
            RingRig.Put first = rig.put(CopyProgram.of(SHORT));
            for (int i = 1; i < rig.ring().size(); i++) {
                rig.put(CopyProgram.of(SHORT));
            }
            RtlException refused = assertThrows(RtlException.class, () -> rig.put(CopyProgram.of(SHORT)));
            assertTrue(String.valueOf(refused.getMessage()).contains("ring has 4 jobs"), refused.getMessage());
            rig.ring().ring();
            rig.await(first);
            RingRig.Put last = rig.put(CopyProgram.of(SHORT));
            rig.ring().ring();
            assertEquals(0, rig.await(last).code());
            last.assertCopied(SHORT);
        }
    }

    @Test
    void aFaultEndsItsJobAndTheNextOnesAreRight() {
        long alone = cyclesAlone(LONG);
        try (RingRig rig = rig()) {
            RingRig.Put before = rig.put(CopyProgram.of(LONG));
            RingRig.Put outside = rig.put(outsideItsWindow());
            RingRig.Put foreign = rig.put(CopyProgram.of(LONG), "0".repeat(32));
            RingRig.Put after = rig.put(CopyProgram.of(LONG));
            rig.ring().ring();
            assertEquals(JOB_ENDED, rig.interrupt());
            assertEquals(JOB_ENDED | JOB_FAULTED, rig.interrupt());
            assertEquals(FaultCode.WINDOW.number(), rig.await(outside).code());
            assertEquals(FaultCode.CONFIG_HASH.number(), rig.await(foreign).code());
            CompletionRecord record = rig.await(after);
            assertEquals(0, record.code());
            assertEquals(alone, record.value());
            assertEquals(0, rig.model().read(Register.FAULT), "of the last job");
            before.assertCopied(LONG);
            outside.assertUntouched();
            foreign.assertUntouched();
            after.assertCopied(LONG);
        }
    }

    @Test
    void abortEndsTheRunningJobOnly() {
        try (RingRig rig = rig()) {
            RingRig.Put aborted = rig.put(CopyProgram.of(LONG));
            RingRig.Put next = rig.put(CopyProgram.of(LONG));
            rig.ring().ring();
            rig.model().write(Register.CONTROL, 3);
            assertEquals(FaultCode.WATCHDOG.number(), rig.await(aborted).code());
            assertEquals(0, rig.await(next).code());
            next.assertCopied(LONG);
        }
    }

    @Test
    void nothingStartsWhileTheAcceleratorIsNotEnabled() {
        try (RingRig rig = rig()) {
            rig.model().write(Register.CONTROL, 0);
            RingRig.Put job = rig.put(CopyProgram.of(SHORT));
            rig.ring().ring();
            assertEquals(500, rig.model().run(500));
            assertEquals(0, rig.ring().completed());
            rig.model().write(Register.CONTROL, 1);
            assertEquals(0, rig.await(job).code());
            job.assertCopied(SHORT);
        }
    }
}
