/**
 * What the host sees: registers and counters behind AXI4-Lite, and the controller that runs jobs from
 * their descriptor to their completion record (docs/spec/registers.md, isa.md §8, timing.md §7).
 *
 * <p>Programs are executed in {@code frontend}; bursts are made in {@code memory}. Read {@code
 * JobController} first.
 */
@NullMarked
package dev.hwc.rtl.generator.control;

import org.jspecify.annotations.NullMarked;
