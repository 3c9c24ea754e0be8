/** Tests of {@code dev.hwc.sim.activity}. */
@NullMarked
package dev.hwc.sim.activity;

import org.jspecify.annotations.NullMarked;
