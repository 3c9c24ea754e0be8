/** Tests of memories that compute. */
@NullMarked
package dev.hwc.sim.pim.unit;

import org.jspecify.annotations.NullMarked;
