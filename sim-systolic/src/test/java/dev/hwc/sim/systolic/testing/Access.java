package dev.hwc.sim.systolic.testing;

/**
 * A command's use of one region of a buffer.
 *
 * @param buffer 0..5 the scratchpads in the order of isa.md §1, 6 the memory of window 2
 * @param region 0..3
 */
record Access(int buffer, int region, boolean write) {
    static final int WEIGHT = 0;
    static final int ACTIVATION = 1;
    static final int OUTPUT = 2;
    static final int VECTOR = 3;
    static final int LOAD = 4;
    static final int STORE = 5;
    static final int MEMORY = 6;
    /** Regions of every buffer. */
    static final int REGIONS = 4;
}
