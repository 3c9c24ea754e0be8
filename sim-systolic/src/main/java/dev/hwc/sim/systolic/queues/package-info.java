/**
 * Programs decoded to primitive arrays, the architectural state of a queue, and commands with their
 * addresses resolved (isa.md §2 to §6). No time passes here and no data are touched.
 *
 * <p>Read {@link dev.hwc.sim.systolic.queues.Sequencer} first.
 */
@NullMarked
package dev.hwc.sim.systolic.queues;

import org.jspecify.annotations.NullMarked;
