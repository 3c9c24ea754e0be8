/**
 * What commands do to data, and how much they move and compute; both simulators use it, when a
 * command starts. No time passes here.
 *
 * <p>Read {@link dev.hwc.sim.systolic.effects.Effects} first.
 */
@NullMarked
package dev.hwc.sim.systolic.effects;

import org.jspecify.annotations.NullMarked;
