/** What command streams of memories that compute cost: counts times a named table. */
@NullMarked
package dev.hwc.sim.pim.energy;

import org.jspecify.annotations.NullMarked;
