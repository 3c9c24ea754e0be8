package dev.hwc.tests.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.device.JobDescriptor;
import dev.hwc.ir.device.PlacedPrograms;
import dev.hwc.ir.device.Register;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.isa.Program;
import dev.hwc.rtl.harness.AcceleratorModel;
import dev.hwc.rtl.harness.JobRing;
import dev.hwc.sim.memory.FixedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The verilated accelerator with a ring of jobs, each with windows of its own, filled at random. */
final class RingRig implements AutoCloseable {
    private static final long RING = 1L << 30;
    private static final long WINDOW_BYTES = 1 << 16;
    private static final long CLOCKS = 1_000_000;

    /**
     * A job that was put into the ring.
     *
     * @param number its sequence number
     */
    record Put(int number, MemorySegment from, MemorySegment to) {
        /** The program {@link CopyProgram} has copied this many fp32. */
        void assertCopied(int elements) {
            assertEquals(
                    -1,
                    from.asSlice(0, 4L * elements).mismatch(to.asSlice(CopyProgram.TARGET, 4L * elements)),
                    () -> "job " + number + ": first wrong byte");
        }

        /** The job has written nothing. */
        void assertUntouched() {
            assertEquals(-1, to.mismatch(MemorySegment.ofArray(new byte[(int) WINDOW_BYTES])), () -> "job " + number);
        }
    }

    private final HardwareSpec spec;
    private final AcceleratorModel model;
    private final JobRing ring;
    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(20261128);
    private long next = WINDOW_BYTES;

    RingRig(HardwareSpec spec, int log2) {
        this.spec = spec;
        model = AcceleratorModel.open(spec, new SwitchedMemory(new FixedMemory(spec.memory())));
        ring = new JobRing(model, RING, log2);
    }

    AcceleratorModel model() {
        return model;
    }

    JobRing ring() {
        return ring;
    }

    /** Puts a job into the ring: program in window 0, random data in window 1, zeros in window 2. */
    Put put(Program program) {
        return put(program, spec.hash());
    }

    /** The same for other hardware, perhaps. */
    Put put(Program program, String hash) {
        List<JobDescriptor.Window> windows = new ArrayList<>();
        List<MemorySegment> data = new ArrayList<>();
        for (int w = 0; w < 3; w++) {
            data.add(arena.allocate(WINDOW_BYTES, 64));
            windows.add(new JobDescriptor.Window(next, WINDOW_BYTES, true, w == 2));
            model.attach(next, data.get(w));
            next += WINDOW_BYTES;
        }
        byte[] bytes = new byte[(int) WINDOW_BYTES];
        random.nextBytes(bytes);
        for (int i = 3; i < bytes.length; i += 4) {
            bytes[i] = (byte) (bytes[i] & 0x3F | 0x20); // normal numbers, which a copy does not change
        }
        MemorySegment.copy(bytes, 0, data.get(1), ValueLayout.JAVA_BYTE, 0, bytes.length);
        PlacedPrograms programs = PlacedPrograms.of(program, 0, spec.port().beatBytes());
        programs.write(data.getFirst());
        int number = ring.put(new JobDescriptor(false, hash, programs.places(), windows, List.of()));
        return new Put(number, data.get(1), data.get(2));
    }

    /** Clocks until the interrupt and clears it: bits of INTERRUPT_STATUS. */
    long interrupt() {
        long ran = model.run(CLOCKS);
        assertTrue(ran < CLOCKS, "no interrupt within " + CLOCKS + " clocks");
        long status = model.read(Register.INTERRUPT_STATUS);
        model.write(Register.INTERRUPT_CLEAR, status);
        return status;
    }

    /** Waits until a job has ended, taking interrupts as they come. */
    CompletionRecord await(Put job) {
        while (ring.completed() < job.number()) {
            interrupt();
        }
        CompletionRecord record = ring.record(job.number());
        assertEquals(job.number(), record.sequence());
        return record;
    }

    @Override
    public void close() {
        model.close();
        ring.close();
        arena.close();
    }
}
