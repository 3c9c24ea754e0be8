/** Tests of memory that computes behind a port. */
@NullMarked
package dev.hwc.sim.pim.window;

import org.jspecify.annotations.NullMarked;
