package dev.hwc.sim.dram.controller;

/** Told what becomes of requests. */
public interface ServedRequests {
    /**
     * A request was taken into its queue; a write is answered by that, as reads see it from here on. Reads of trains go
     * without.
     */
    void accepted(long tag, boolean write, long cycle);

    /**
     * The answer of a read is known, or of some reads of a train.
     *
     * @param requests of this tag that are answered
     * @param cycle of the last of these answers; not before the clock at which this is called
     */
    void read(long tag, int requests, long cycle);
}
