/**
 * Controllers that make commands with times of a program: {@link dev.hwc.sim.pim.schedule.LookaheadScheduler} knows the
 * program, {@link dev.hwc.sim.pim.schedule.WindowScheduler} sees windows between barriers. What is legal stands in
 * {@code dev.hwc.sim.dram.device}; nothing here knows data.
 */
@NullMarked
package dev.hwc.sim.pim.schedule;

import org.jspecify.annotations.NullMarked;
