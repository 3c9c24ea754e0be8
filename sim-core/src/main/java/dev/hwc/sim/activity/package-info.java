/**
 * Counters of what a run did: busy and waiting cycles, bytes, multiply-accumulates, instructions.
 * Names become slots of a {@code long[]} before the run, so counting is one addition. What the
 * counts cost in joules lives elsewhere.
 *
 * <p>Read {@link dev.hwc.sim.activity.Activity} first.
 */
@NullMarked
package dev.hwc.sim.activity;

import org.jspecify.annotations.NullMarked;
