package dev.hwc.rtl.harness;

import dev.hwc.ir.device.CompletionRecord;
import dev.hwc.ir.device.JobDescriptor;
import dev.hwc.ir.device.Register;
import dev.hwc.rtl.RtlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The ring of jobs in memory (docs/spec/registers.md). Jobs are put into it, the doorbell hands them over,
 * and they end in the order in which they were put. Job n, counted from 1, stands at n mod {@link #size}.
 */
public final class JobRing implements AutoCloseable {
    private static final int MAXIMUM_LOG2 = 15;

    private final AcceleratorModel model;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment pages;
    private final int size;
    private int put;
    private int handedOver;

    /**
     * An empty ring.
     *
     * @param base its physical address, a multiple of 4096; no region may lie there
     * @param log2 its size is 2^log2 jobs, 0..15
     */
    public JobRing(AcceleratorModel model, long base, int log2) {
        if (log2 < 0 || log2 > MAXIMUM_LOG2) {
            throw new RtlException("a ring of 2^" + log2 + " jobs; allowed are 0 to " + MAXIMUM_LOG2);
        }
        this.model = model;
        size = 1 << log2;
        pages = arena.allocate((long) size * JobDescriptor.ALIGNMENT, JobDescriptor.ALIGNMENT);
        model.attach(base, pages);
        model.write(Register.RING_LOW, base);
        model.write(Register.RING_HIGH, base >>> 32);
        model.write(Register.RING_LOG2, log2);
    }

    /** Jobs it holds. */
    public int size() {
        return size;
    }

    /**
     * Puts a job behind the others; the accelerator does not know of it yet.
     *
     * @return its number
     * @throws RtlException when the ring is full of jobs that have not ended
     */
    public int put(JobDescriptor job) {
        if (put - completed() == size) {
            throw new RtlException("the ring has " + size + " jobs and none has ended; wait for one first");
        }
        put++;
        MemorySegment.copy(job.bytes(), 0, page(put), ValueLayout.JAVA_BYTE, 0, JobDescriptor.BYTES);
        recordOf(put).fill((byte) 0xFF);
        return put;
    }

    /** Hands over all jobs that were put. When none is running the memory's time starts over with this. */
    public void ring() {
        model.ring(put, completed() == handedOver);
        handedOver = put;
    }

    /** Number of the last job that has ended. */
    public int completed() {
        return (int) model.read(Register.COMPLETED);
    }

    /** What the hardware wrote behind the descriptor of a job; its sequence is another one before that. */
    public CompletionRecord record(int job) {
        return CompletionRecord.of(recordOf(job).toArray(ValueLayout.JAVA_BYTE));
    }

    private MemorySegment page(int job) {
        return pages.asSlice((long) (job & size - 1) * JobDescriptor.ALIGNMENT, JobDescriptor.ALIGNMENT);
    }

    private MemorySegment recordOf(int job) {
        return page(job).asSlice(CompletionRecord.OFFSET, CompletionRecord.BYTES);
    }

    /** Frees the memory; the model must not run any more. */
    @Override
    public void close() {
        arena.close();
    }
}
