/**
 * A DRAM channel as the standards describe it: its parameters ({@link dev.hwc.sim.dram.device.DramSpec}), its commands,
 * the rules between commands as a table ({@link dev.hwc.sim.dram.device.TimingRules}) and the state of its banks
 * ({@link dev.hwc.sim.dram.device.BankStates}). It knows what is legal and when, not what is wise: that is the
 * controller's. A device that computes adds commands and rules here. Read {@code DramSpec} first.
 */
@NullMarked
package dev.hwc.sim.dram.device;

import org.jspecify.annotations.NullMarked;
