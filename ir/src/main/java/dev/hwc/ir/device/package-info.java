/**
 * What host and hardware agree on besides programs: registers, counters, job descriptor, completion
 * record (docs/spec/isa.md §8, docs/spec/registers.md). RTL generator, back ends and documents read
 * the layouts here; how a job runs is not here.
 *
 * <p>Read {@link dev.hwc.ir.device.Register} first.
 */
@NullMarked
package dev.hwc.ir.device;

import org.jspecify.annotations.NullMarked;
