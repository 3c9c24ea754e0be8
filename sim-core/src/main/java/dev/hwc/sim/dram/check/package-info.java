/**
 * An independent referee of command traces. It reads the text of docs/spec/dram-trace.md and the timing set's file with
 * its own eyes and knows the rules of the standards as histories of banks and buses; it uses nothing of the device model
 * or the controller, so that an error there is not repeated here. Read {@link dev.hwc.sim.dram.check.TraceChecker} first.
 */
@NullMarked
package dev.hwc.sim.dram.check;

import org.jspecify.annotations.NullMarked;
