/**
 * A memory controller for one channel: address mapping, queues, first-ready first-come-first-served scheduling, refresh,
 * power-down. It decides which legal command comes next; legality is that of {@code device}. Everything is event
 * driven: {@link dev.hwc.sim.dram.controller.ChannelController} jumps from one command or event to the next and gives
 * the same commands whether it is run clock by clock or in one go. Read that class first.
 */
@NullMarked
package dev.hwc.sim.dram.controller;

import org.jspecify.annotations.NullMarked;
