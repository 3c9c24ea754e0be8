package dev.hwc.sim.memory;

/** The bytes behind a window of a job. Addresses count from the window's start. */
public interface WindowData {
    /** Copies bytes of the window to an array. */
    void read(long address, byte[] target, int at, int bytes);

    /** Copies bytes of an array to the window. */
    void write(long address, byte[] source, int at, int bytes);
}
