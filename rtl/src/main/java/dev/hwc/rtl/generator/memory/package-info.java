/**
 * Everything between the command queues and the memory: the load and store engines, the AXI4 port
 * with its checks, time limits and recovery, and the three buffers on that side (weight, load,
 * store). Programs, tokens and faults' latching live in {@code frontend}.
 *
 * <p>Read {@code MemorySide} first; it wires the rest.
 */
@NullMarked
package dev.hwc.rtl.generator.memory;

import org.jspecify.annotations.NullMarked;
