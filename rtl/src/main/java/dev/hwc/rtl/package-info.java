/**
 * The accelerator as hardware, generated from the one {@link dev.hwc.ir.hw.HardwareSpec}.
 *
 * <p>{@link dev.hwc.rtl.Emit} writes a block of {@link dev.hwc.rtl.Blocks} as SystemVerilog; the Chisel
 * sources live under {@code generator}, one package per unit; {@code harness} drives an emitted
 * block from Java. No behaviour of the machine lives here that docs/spec does not state. Read
 * {@code Emit} first.
 */
@NullMarked
package dev.hwc.rtl;

import org.jspecify.annotations.NullMarked;
