package dev.hwc.rtl.harness;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.device.JobDescriptor;
import dev.hwc.ir.device.Register;
import dev.hwc.rtl.RtlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongConsumer;

/** Runs jobs one after the other on a verilated accelerator: descriptor, doorbell, completion record. */
public final class RtlJobs implements AutoCloseable {
    /** Clocks between two calls of a progress listener. */
    private static final long CHUNK = 50_000;

    /**
     * How a job ended.
     *
     * @param record what the hardware wrote behind the descriptor
     * @param cycles from the doorbell to the record's answer (timing.md T19)
     */
    public record Outcome(CompletionRecord record, long cycles) {}

    private final AcceleratorModel model;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment page;
    private int sequence;

    /**
     * Jobs on a model.
     *
     * @param descriptor physical address of the descriptor, a multiple of 4096; no region may lie there
     */
    public RtlJobs(AcceleratorModel model, long descriptor) {
        this.model = model;
        page = arena.allocate(JobDescriptor.ALIGNMENT, JobDescriptor.ALIGNMENT);
        model.attach(descriptor, page);
        model.write(Register.RING_LOW, descriptor);
        model.write(Register.RING_HIGH, descriptor >>> 32);
    }

    /** The accelerator. */
    public AcceleratorModel model() {
        return model;
    }

    /**
     * Runs one job to its completion record.
     *
     * @param limit clocks after which the accelerator is taken for hung
     * @param progress told the clocks so far from time to time
     * @throws RtlException when the job does not end within the limit
     */
    public Outcome run(JobDescriptor job, long limit, LongConsumer progress) {
        MemorySegment.copy(job.bytes(), 0, page, ValueLayout.JAVA_BYTE, 0, JobDescriptor.BYTES);
        MemorySegment record = page.asSlice(CompletionRecord.OFFSET, CompletionRecord.BYTES);
        record.fill((byte) 0xFF);
        sequence++;
        model.write(Register.DOORBELL, sequence);
        long clocks = 0;
        while (true) {
            long chunk = Math.min(CHUNK, limit - clocks);
            long ran = model.run(chunk);
            clocks += ran;
            if (ran < chunk) {
                break;
            }
            if (clocks >= limit) {
                throw new RtlException("job " + sequence + " does not end within " + limit + " cycles");
            }
            progress.accept(clocks);
        }
        model.write(Register.INTERRUPT_CLEAR, 3);
        long cycles = model.read(Register.CYCLES_LOW) | model.read(Register.CYCLES_HIGH) << 32;
        return new Outcome(CompletionRecord.of(record.toArray(ValueLayout.JAVA_BYTE)), cycles);
    }

    /** Closes the model, too. */
    @Override
    public void close() {
        model.close();
        arena.close();
    }
}
