@NullMarked
package dev.hwc.sim.pim;

import org.jspecify.annotations.NullMarked;
