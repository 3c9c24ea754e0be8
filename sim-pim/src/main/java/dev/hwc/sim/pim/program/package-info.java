/**
 * What one channel is asked for, item by item, without times: which banks, row and column, and what units do with it. All
 * channels run the same program. Read {@link dev.hwc.sim.pim.program.PimProgram} first.
 */
@NullMarked
package dev.hwc.sim.pim.program;

import org.jspecify.annotations.NullMarked;
