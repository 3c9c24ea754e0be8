/** Tests of {@code dev.hwc.sim.systolic.effects}. */
@NullMarked
package dev.hwc.sim.systolic.effects;

import org.jspecify.annotations.NullMarked;
