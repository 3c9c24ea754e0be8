/**
 * The memory behind an accelerator's port: {@link dev.hwc.sim.memory.MemoryModel} and the models
 * that need no DRAM timing (docs/spec/timing.md §8). Only time is modelled; data live elsewhere.
 *
 * <p>Read {@code MemoryModel} first, then {@link dev.hwc.sim.memory.FixedMemory}.
 */
@NullMarked
package dev.hwc.sim.memory;

import org.jspecify.annotations.NullMarked;
