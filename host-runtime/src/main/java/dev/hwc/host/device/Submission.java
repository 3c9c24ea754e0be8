package dev.hwc.host.device;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one job that a device was given and that nobody has waited for yet.
 *
 * @param <P> the device's own kind of program
 */
final class Submission<P extends LoadedProgram> {
    /** A job with its program as the device made it. */
    record Job<P extends LoadedProgram>(JobRequest request, P program) {}

    private final Class<P> type;
    private final Predicate<P> own;
    private @Nullable Job<P> job;

    /**
     * No job yet.
     *
     * @param own whether this very device loaded a program
     */
    Submission(Class<P> type, Predicate<P> own) {
        this.type = type;
        this.own = own;
    }

    /**
     * Takes a job.
     *
     * @throws DeviceException when there is one already, or another device loaded the program
     */
    void submit(JobRequest request) {
        if (job != null) {
            throw new DeviceException("a job was submitted while another one runs; wait for it first");
        }
        if (!type.isInstance(request.program()) || !own.test(type.cast(request.program()))) {
            throw new DeviceException("the job's program was loaded by another device; load it on this one");
        }
        job = new Job<>(request, type.cast(request.program()));
    }

    /**
     * Hands the job out, to be run.
     *
     * @throws DeviceException when there is none
     */
    Job<P> take() {
        Job<P> taken = job;
        if (taken == null) {
            throw new DeviceException("waiting without a job; submit one first");
        }
        job = null;
        return taken;
    }

    /** Forgets a job that was not run. */
    void drop() {
        job = null;
    }
}
