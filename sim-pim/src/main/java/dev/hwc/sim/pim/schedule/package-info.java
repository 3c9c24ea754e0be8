@NullMarked
package dev.hwc.sim.pim.schedule;

import org.jspecify.annotations.NullMarked;
