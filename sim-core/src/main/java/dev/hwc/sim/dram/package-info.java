/**
 * Memory at command level. {@link dev.hwc.sim.dram.DramMemory} is a memory behind an accelerator's port;
 * {@link dev.hwc.sim.dram.DramRun} drives one channel with a traffic pattern; {@link dev.hwc.sim.dram.DramPresets} names
 * the shipped timing sets. {@code device} knows what is legal, {@code controller} what is wise, {@code energy} what it
 * costs, {@code check} whether it was legal indeed. How it works stands in docs/memory.md; read {@code DramRun} first.
 */
@NullMarked
package dev.hwc.sim.dram;

import org.jspecify.annotations.NullMarked;
