/** Tests of {@code dev.hwc.sim.systolic}. */
@NullMarked
package dev.hwc.sim.systolic;

import org.jspecify.annotations.NullMarked;
