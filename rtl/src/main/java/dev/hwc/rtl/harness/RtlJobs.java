package dev.hwc.rtl.harness;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.device.JobDescriptor;
import dev.hwc.ir.device.Register;
import dev.hwc.rtl.RtlException;
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
    private final JobRing ring;

    /**
     * Jobs on a model.
     *
     * @param descriptor physical address of the descriptor, a multiple of 4096; no region may lie there
     */
    public RtlJobs(AcceleratorModel model, long descriptor) {
        this.model = model;
        ring = new JobRing(model, descriptor, 0);
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
        int number = ring.put(job);
        ring.ring();
        long clocks = 0;
        while (true) {
            long chunk = Math.min(CHUNK, limit - clocks);
            long ran = model.run(chunk);
            clocks += ran;
            if (ran < chunk) {
                break;
            }
            if (clocks >= limit) {
                throw new RtlException("job " + number + " does not end within " + limit + " cycles");
            }
            progress.accept(clocks);
        }
        model.write(Register.INTERRUPT_CLEAR, 3);
        long cycles = model.read(Register.CYCLES_LOW) | model.read(Register.CYCLES_HIGH) << 32;
        return new Outcome(ring.record(number), cycles);
    }

    /** Closes the model, too. */
    @Override
    public void close() {
        try {
            model.close();
        } finally {
            ring.close();
        }
    }
}
