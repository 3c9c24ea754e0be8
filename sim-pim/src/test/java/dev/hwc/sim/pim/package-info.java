/** Tests of memories that compute. */
@NullMarked
package dev.hwc.sim.pim;

import org.jspecify.annotations.NullMarked;
