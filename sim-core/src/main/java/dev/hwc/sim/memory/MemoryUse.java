package dev.hwc.sim.memory;

import java.util.OptionalDouble;

/**
 * What a memory did besides answering bursts.
 *
 * @param picojoules energy of all commands and states; empty when the model has no commands or a
 *     coefficient is not known
 * @param unitCycles cycles of the port that the units of memory that computes need at least, for the
 *     columns they read; 0 without such memory
 */
public record MemoryUse(OptionalDouble picojoules, double unitCycles) {
    /** Nothing is known, no units. */
    public static final MemoryUse UNKNOWN = new MemoryUse(OptionalDouble.empty(), 0);
}
