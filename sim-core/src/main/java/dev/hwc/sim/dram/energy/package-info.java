/**
 * Energy of a channel: what it did ({@link dev.hwc.sim.dram.device.CommandCounts}) times a named table with a source for
 * every coefficient. What the table does not know stays unknown. Read {@link dev.hwc.sim.dram.energy.DramEnergy} first.
 */
@NullMarked
package dev.hwc.sim.dram.energy;

import org.jspecify.annotations.NullMarked;
