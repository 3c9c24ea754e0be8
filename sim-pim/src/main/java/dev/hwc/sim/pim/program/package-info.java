@NullMarked
package dev.hwc.sim.pim.program;

import org.jspecify.annotations.NullMarked;
