/**
 * The vector engine's arithmetic: functions over rows and the destinations that quantize
 * (docs/spec/isa.md §5, numerics.md §5).
 *
 * <p>Read {@link dev.hwc.sim.systolic.vector.VectorUnit} first.
 */
@NullMarked
package dev.hwc.sim.systolic.vector;

import org.jspecify.annotations.NullMarked;
