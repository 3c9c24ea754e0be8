package dev.hwc.tests.rtl;

import dev.hwc.rtl.harness.BurstTiming;
import dev.hwc.sim.memory.MemoryModel;
import java.util.HashMap;
import java.util.Map;

/** A memory model that can be exchanged between jobs, for a simulator and for verilated hardware alike. */
final class SwitchedMemory implements MemoryModel, BurstTiming {
    private final Map<Long, Burst> reads = new HashMap<>();
    private final Map<Long, Burst> writes = new HashMap<>();
    private MemoryModel memory;

    SwitchedMemory(MemoryModel memory) {
        this.memory = memory;
    }

    void use(MemoryModel other) {
        memory = other;
    }

    /** A burst of the last job. */
    Burst burst(boolean write, long ticket) {
        Burst burst = (write ? writes : reads).get(ticket);
        if (burst == null) {
            throw new IllegalStateException("no burst " + ticket);
        }
        return burst;
    }

    /** @param address physical */
    record Burst(long address, int bytes) {}

    @Override
    public long submit(long cycle, boolean write, long address, int bytes, long ticket) {
        (write ? writes : reads).put(ticket, new Burst(address, bytes));
        return memory.submit(cycle, write, address, bytes, ticket);
    }

    @Override
    public long nextEvent() {
        return memory.nextEvent();
    }

    @Override
    public void advance(long cycle, Completion sink) {
        memory.advance(cycle, sink);
    }

    @Override
    public void advance(long cycle, Answers answers) {
        memory.advance(cycle, (Completion) answers::answered);
    }

    @Override
    public void reset() {
        reads.clear();
        writes.clear();
        memory.reset();
    }
}
