/** Tests of mappings. */
@NullMarked
package dev.hwc.sim.pim.kernel;

import org.jspecify.annotations.NullMarked;
