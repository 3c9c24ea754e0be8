package dev.hwc.sim.memory;

import dev.hwc.ir.hw.HardwareSpec.MemorySpec;

/**
 * Fixed latency and bandwidth on one channel for both directions, first come, first served
 * (timing.md T20, kinds {@code ideal} and {@code fixed}).
 */
public final class FixedMemory implements MemoryModel {
    private final int latencyCycles;
    private final int bytesPerCycle;
    private long free;

    /**
     * A memory.
     *
     * @param latencyCycles request to first beat when idle, at least 1
     * @param bytesPerCycle at least 1
     */
    public FixedMemory(int latencyCycles, int bytesPerCycle) {
        this.latencyCycles = latencyCycles;
        this.bytesPerCycle = bytesPerCycle;
    }

    public FixedMemory(MemorySpec spec) {
        this(spec.latencyCycles(), spec.bytesPerCycle());
    }

    @Override
    public long submit(long cycle, boolean write, long address, int bytes, long ticket) {
        long first = Math.max(cycle + latencyCycles, free);
        long last = first + (bytes + bytesPerCycle - 1) / bytesPerCycle - 1;
        free = last + 1;
        return last;
    }

    @Override
    public long nextEvent() {
        return NEVER;
    }

    @Override
    public void advance(long cycle, Completion sink) {
        // every answer was given by submit
    }

    @Override
    public long busyUntil() {
        return free;
    }

    @Override
    public void busyUntil(long cycle) {
        free = cycle;
    }

    @Override
    public void reset() {
        free = 0;
    }
}
