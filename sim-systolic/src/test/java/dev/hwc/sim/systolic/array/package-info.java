/** Tests of {@code dev.hwc.sim.systolic.array}. */
@NullMarked
package dev.hwc.sim.systolic.array;

import org.jspecify.annotations.NullMarked;
