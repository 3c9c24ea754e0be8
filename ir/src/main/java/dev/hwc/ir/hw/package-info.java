/**
 * The one description of the hardware: {@link dev.hwc.ir.hw.HardwareSpec} and its parts, read from
 * YAML presets. Every size, width, clock and timing that compiler, simulators, RTL and reports use
 * stands here or is derived here. No behaviour lives here. Read {@code HardwareSpec} first.
 */
@NullMarked
package dev.hwc.ir.hw;

import org.jspecify.annotations.NullMarked;
