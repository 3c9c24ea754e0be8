/**
 * The matrix engine's arithmetic: int8 block sums by a Vector API kernel or its scalar twin, scaled
 * into 48-bit accumulators (docs/spec/numerics.md §4).
 *
 * <p>Read {@link dev.hwc.sim.systolic.array.MatrixUnit} first.
 */
@NullMarked
package dev.hwc.sim.systolic.array;

import org.jspecify.annotations.NullMarked;
