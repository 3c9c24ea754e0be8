package dev.hwc.compiler.pass;

import dev.hwc.ir.hw.HardwareSpec;

/**
 * What all passes may look at.
 *
 * @param hardware the accelerator that the program is lowered for
 */
public record PassContext(HardwareSpec hardware) {}
