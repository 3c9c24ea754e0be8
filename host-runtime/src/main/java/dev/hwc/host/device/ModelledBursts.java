package dev.hwc.host.device;

import dev.hwc.rtl.harness.BurstTiming;
import dev.hwc.sim.memory.MemoryModel;

/** The simulators' memory models behind verilated hardware. */
record ModelledBursts(MemoryModel memory) implements BurstTiming {
    @Override
    public void reset() {
        memory.reset();
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
    public void advance(long cycle, Answers answers) {
        memory.advance(cycle, answers::answered);
    }
}
