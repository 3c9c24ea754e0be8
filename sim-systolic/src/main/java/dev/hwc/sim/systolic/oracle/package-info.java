/**
 * The plain twin of {@code core}: every register of the accelerator is stepped every cycle, as RTL
 * would do it. Slow, simple, and without a line of timing code in common with the event-jump
 * simulator; decoding and data are shared.
 *
 * <p>Read {@link dev.hwc.sim.systolic.oracle.CycleOracle} first.
 */
@NullMarked
package dev.hwc.sim.systolic.oracle;

import org.jspecify.annotations.NullMarked;
