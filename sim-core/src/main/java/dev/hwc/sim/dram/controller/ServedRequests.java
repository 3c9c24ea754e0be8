package dev.hwc.sim.dram.controller;

/** Told what becomes of requests. */
public interface ServedRequests {
    /** A request was taken into its queue; a write is answered by that, as reads see it from here on. */
    void accepted(long tag, boolean write, long cycle);

    /**
     * A read's answer is known.
     *
     * @param cycle of the answer; not before the clock at which this is called
     */
    void read(long tag, long cycle);
}
