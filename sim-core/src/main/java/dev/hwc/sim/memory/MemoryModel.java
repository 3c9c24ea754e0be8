package dev.hwc.sim.memory;

/**
 * When bursts are answered (timing.md T20). Time is the cycle number of the port's clock.
 *
 * <p>The caller submits bursts in non-decreasing order of cycles, at the same cycle a read before a
 * write. A model that can tell the answer's cycle at once returns it; a model that cannot (a
 * controller that reorders, refresh) returns {@link #PENDING} and reports it later from {@link
 * #advance}. Answers of one direction come in the order of their submission, at a cycle not before
 * the submission's.
 */
public interface MemoryModel {
    /** Result of {@link #submit}: the answer's cycle is not known yet. */
    long PENDING = -1;
    /** Result of {@link #nextEvent}: nothing will happen without another burst. */
    long NEVER = Long.MAX_VALUE;

    /** Receives answers that were pending. */
    interface Completion {
        /**
         * One burst is answered.
         *
         * @param cycle of the last beat (read) or of the write answer; not before the cycle to which
         *     the model was advanced
         */
        void answered(boolean write, long ticket, long cycle);
    }

    /**
     * Asks for one burst, which does not cross a multiple of the port's longest burst.
     *
     * @param cycle a read's request, or a write's last beat
     * @param address physical, of the first beat
     * @param bytes whole beats
     * @param ticket the burst's number among those of its direction, from 0 upwards
     * @return the answer's cycle, or {@link #PENDING}
     */
    long submit(long cycle, boolean write, long address, int bytes, long ticket);

    /**
     * The cycle to which to {@link #advance} next if no burst comes before: not after that of the next pending answer;
     * {@link #NEVER} if none is pending.
     */
    long nextEvent();

    /**
     * Lets the model do all it does up to and including a cycle; every burst of that cycle has been
     * submitted. Calling it at cycles at which nothing happens changes nothing, so a caller may
     * step or jump.
     */
    void advance(long cycle, Completion sink);

    /** Forgets everything; cycles begin again at 0. */
    void reset();

    /**
     * The cycle on which alone later answers depend, besides their bursts' sizes; NEVER where they depend on
     * more. Not before the first submission.
     */
    default long busyUntil() {
        return NEVER;
    }

    /** Sets {@link #busyUntil}, where it is not NEVER. */
    default void busyUntil(long cycle) {
        throw new UnsupportedOperationException("this memory's answers depend on more than one cycle");
    }

    /** What happened up to a cycle, which is not before one to which the model was advanced. */
    default MemoryUse use(long cycle) {
        return MemoryUse.UNKNOWN;
    }
}
