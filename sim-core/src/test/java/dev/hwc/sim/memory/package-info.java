/** Tests of {@code dev.hwc.sim.memory}. */
@NullMarked
package dev.hwc.sim.memory;

import org.jspecify.annotations.NullMarked;
