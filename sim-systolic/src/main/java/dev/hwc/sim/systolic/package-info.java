/**
 * The NPU, to the cycle and to the bit: {@link dev.hwc.sim.systolic.Npu} runs a {@link
 * dev.hwc.sim.systolic.Job} and answers with cycles and activity (docs/spec/isa.md, timing.md).
 *
 * <p>Decoding lives in {@code queues}, time in {@code core}, data in {@code effects} and the
 * engines' packages; {@code oracle} is the plain cycle-by-cycle twin. Read {@code Npu} first.
 */
@NullMarked
package dev.hwc.sim.systolic;

import org.jspecify.annotations.NullMarked;
