package dev.hwc.sim.dram;

import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.sim.memory.FixedMemory;
import dev.hwc.sim.memory.MemoryModel;

/** The memory model that a hardware description asks for. */
public final class MemoryModels {
    private MemoryModels() {}

    /** A fresh model, for one accelerator. */
    public static MemoryModel of(HardwareSpec spec) {
        return spec.memory().isDram() ? DramMemory.of(spec) : new FixedMemory(spec.memory());
    }
}
