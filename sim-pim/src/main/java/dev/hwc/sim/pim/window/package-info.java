/**
 * Memory that computes behind the port of an accelerator (docs/spec/pim-window.md): operands are written
 * to a window, results are read from it. {@link dev.hwc.sim.pim.window.PimMemory} knows when,
 * {@link dev.hwc.sim.pim.window.PimWindow} knows what.
 */
@NullMarked
package dev.hwc.sim.pim.window;

import org.jspecify.annotations.NullMarked;
