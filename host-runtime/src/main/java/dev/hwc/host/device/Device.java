package dev.hwc.host.device;

import dev.hwc.ir.device.PimAttention;
import dev.hwc.ir.device.PimProduct;
import dev.hwc.ir.isa.Program;
import dev.hwc.sim.pim.window.PimWindow;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * An accelerator as the host sees it: identify it, give it memory, load programs, run one job after
 * the other. Not for several threads at once.
 *
 * <p>Every back end bounds the time of a job by a watchdog, so {@link #await} returns.
 */
public interface Device extends AutoCloseable {
    /** What the device says about itself. */
    Capabilities identify();

    /**
     * Gives the device memory whose data the host holds. What the host writes is seen by the next
     * job submitted; what a job writes is seen by the host after {@link #await}.
     *
     * @param bytes size of the region for the device; at least {@code data.byteSize()}
     * @param data belongs to the caller and must outlive the device's use of it
     */
    Region attach(MemorySegment data, long bytes, Region.Access access);

    /**
     * Gives the device a region without data. A job with such a region takes its time and computes
     * nothing; hardware refuses it.
     */
    Region reserve(long bytes, Region.Access access);

    /**
     * Gives the device the window of its memory that computes (docs/spec/pim-window.md).
     *
     * @param products what that memory computes
     * @param attention layers whose attention it computes
     * @param weights absent: jobs take their time and compute nothing
     * @param bytes size of the window
     * @throws DeviceException when the device has no such memory
     */
    Region products(
            List<PimProduct> products, List<PimAttention> attention, Optional<PimWindow.Weights> weights, long bytes);

    /**
     * Checks a program and makes it ready.
     *
     * @param offset where its instructions stand in window 0 of the jobs that run it, bytes
     * @throws DeviceException when the device cannot run it
     */
    LoadedProgram load(Program program, long offset);

    /**
     * Rings the doorbell.
     *
     * @throws DeviceException when a job is running already, or the job is not for this device
     */
    void submit(JobRequest job);

    /**
     * Waits for the submitted job.
     *
     * @throws DeviceException when no job was submitted
     */
    JobResult await();

    /** Submits a job and waits for it. */
    default JobResult run(JobRequest job) {
        submit(job);
        return await();
    }

    @Override
    void close();
}
