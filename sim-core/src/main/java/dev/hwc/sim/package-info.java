/**
 * What all simulators share: the memory behind a port ({@code memory}) and the counters of what a
 * run did ({@code activity}). No engine, instruction or device is simulated here.
 *
 * <p>This package holds only the exception of the family. Read {@link
 * dev.hwc.sim.memory.MemoryModel} first, then {@link dev.hwc.sim.activity.Activity}.
 */
@NullMarked
package dev.hwc.sim;

import org.jspecify.annotations.NullMarked;
