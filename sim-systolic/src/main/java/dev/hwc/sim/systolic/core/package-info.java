/**
 * The event-jump simulator: queues, tokens and engines as recurrences over cycle numbers, and the
 * loop that always takes the earliest action (docs/spec/timing.md). No data are touched here.
 *
 * <p>Read {@link dev.hwc.sim.systolic.core.EventLoop} first.
 */
@NullMarked
package dev.hwc.sim.systolic.core;

import org.jspecify.annotations.NullMarked;
