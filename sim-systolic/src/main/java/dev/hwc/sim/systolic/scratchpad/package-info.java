/**
 * The on-chip buffers as plain arrays, and how loads and stores move bytes between them and memory
 * (isa.md §1, §4). Arithmetic lives in {@code array} and {@code vector}, time in {@code core}.
 *
 * <p>Read {@link dev.hwc.sim.systolic.scratchpad.Scratchpads} first.
 */
@NullMarked
package dev.hwc.sim.systolic.scratchpad;

import org.jspecify.annotations.NullMarked;
