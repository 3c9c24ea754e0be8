package dev.hwc.tests.rtl;

import dev.hwc.rtl.harness.BurstTiming;
import dev.hwc.sim.memory.MemoryModel;

/** A memory model that can be exchanged between jobs, for a simulator and for verilated hardware alike. */
final class SwitchedMemory implements MemoryModel, BurstTiming {
    private MemoryModel memory;

    SwitchedMemory(MemoryModel memory) {
        this.memory = memory;
    }

    void use(MemoryModel other) {
        memory = other;
    }

    @Override
    public long submit(long cycle, boolean write, long address, int bytes, long ticket) {
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
        memory.reset();
    }
}
