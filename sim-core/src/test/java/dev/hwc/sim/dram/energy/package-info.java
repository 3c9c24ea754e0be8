/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.sim.dram.energy;

import org.jspecify.annotations.NullMarked;
