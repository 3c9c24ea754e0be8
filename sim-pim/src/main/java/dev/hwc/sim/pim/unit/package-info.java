@NullMarked
package dev.hwc.sim.pim.unit;

import org.jspecify.annotations.NullMarked;
