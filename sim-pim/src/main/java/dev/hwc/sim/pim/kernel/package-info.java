/**
 * Mappings: where a kernel's operands stand, the program that works on them, and the comparison of the results with the
 * specification, computed straight from the operands. {@link dev.hwc.sim.pim.kernel.LaneGemv} and
 * {@link dev.hwc.sim.pim.kernel.TreeGemv} are ours; {@link dev.hwc.sim.pim.kernel.SamsungKernels} is a public simulator's.
 * Read {@link dev.hwc.sim.pim.kernel.Kernel} first.
 */
@NullMarked
package dev.hwc.sim.pim.kernel;

import org.jspecify.annotations.NullMarked;
