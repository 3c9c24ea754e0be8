/**
 * The units of a channel, to the bit (docs/spec/pim-numerics.md): fp16 lanes ({@link dev.hwc.sim.pim.unit.BlockUnits}), bf16
 * trees ({@link dev.hwc.sim.pim.unit.TreeUnits}), codes with block scales ({@link dev.hwc.sim.pim.unit.CodeUnits}). They run
 * a program in the order in which it was issued and know nothing of clocks.
 */
@NullMarked
package dev.hwc.sim.pim.unit;

import org.jspecify.annotations.NullMarked;
