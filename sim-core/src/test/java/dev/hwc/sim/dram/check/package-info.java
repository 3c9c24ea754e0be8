/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.sim.dram.check;

import org.jspecify.annotations.NullMarked;
