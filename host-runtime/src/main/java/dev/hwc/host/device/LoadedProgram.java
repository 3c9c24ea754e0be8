package dev.hwc.host.device;

/** A program that a device has accepted; only that device can run it. */
public interface LoadedProgram {
    /** Instructions of all queues. */
    int instructions();
}
