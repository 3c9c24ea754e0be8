/**
 * Memories that compute (docs/pim.md). {@link dev.hwc.sim.pim.PimKernels} runs a kernel with every command and every bit
 * checked; {@link dev.hwc.sim.pim.PimEngine} answers what a product costs and gives, for a decoder.
 *
 * <p>Commands, rules, bank states and the checker are those of {@code dev.hwc.sim.dram}; here is what is above them: a
 * program ({@code program}), controllers that make commands of it ({@code schedule}), the arithmetic ({@code unit}), the
 * mappings ({@code kernel}), the energy ({@code energy}). Read {@link dev.hwc.sim.pim.PimSpec} first.
 */
@NullMarked
package dev.hwc.sim.pim;

import org.jspecify.annotations.NullMarked;
