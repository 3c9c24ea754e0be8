package dev.hwc.sim.pim.schedule;

import dev.hwc.sim.dram.device.CommandCounts;

/**
 * A program with times.
 *
 * @param cycles from the first clock to the last data
 * @param order items in the order in which they were issued
 * @param counts commands and states of one channel
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
public record Schedule(long cycles, int[] order, CommandCounts counts) {}
