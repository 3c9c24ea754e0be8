/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.sim.dram.device;

import org.jspecify.annotations.NullMarked;
