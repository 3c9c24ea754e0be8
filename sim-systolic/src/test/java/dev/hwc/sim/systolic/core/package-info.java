/** Tests of {@code dev.hwc.sim.systolic.core}. */
@NullMarked
package dev.hwc.sim.systolic.core;

import org.jspecify.annotations.NullMarked;
