/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.sim.dram;

import org.jspecify.annotations.NullMarked;
