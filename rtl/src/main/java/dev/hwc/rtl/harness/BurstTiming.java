package dev.hwc.rtl.harness;

/**
 * When the memory behind an accelerator answers its bursts (docs/spec/timing.md T20). Cycles count
 * from the doorbell. Asked in order of cycles, at the same cycle a read before a write.
 */
public interface BurstTiming {
    /** Result of {@link #submit}: the answer's cycle is not known yet. */
    long PENDING = -1;
    /** Result of {@link #nextEvent}: nothing will happen without another burst. */
    long NEVER = Long.MAX_VALUE;

    /** Receives answers that were pending. */
    interface Answers {
        /** One burst is answered: its last beat (read) or its write answer comes in this cycle. */
        void answered(boolean write, long ticket, long cycle);
    }

    /** A job begins: cycles and tickets start over. */
    void reset();

    /**
     * One burst.
     *
     * @param cycle a read's request, or a write's last beat
     * @param bytes whole beats
     * @param ticket the burst's number among those of its direction
     * @return the answer's cycle, or {@link #PENDING}; a read's last beat at least as many cycles after
     *     the one before as it has beats
     */
    long submit(long cycle, boolean write, long address, int bytes, long ticket);

    /** Earliest cycle at which {@link #advance} would do something, or {@link #NEVER}. */
    long nextEvent();

    /** Does all up to and including a cycle; every burst of that cycle has been submitted. */
    void advance(long cycle, Answers answers);
}
