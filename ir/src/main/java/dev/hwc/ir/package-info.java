/**
 * The language every other module speaks: hardware description, number formats, tensor IR, tile IR,
 * instruction set, importers and the reference interpreter.
 *
 * <p>This package holds only what all of them share ({@link dev.hwc.ir.IrException}). Read {@code
 * dev.hwc.ir.hw.HardwareSpec} first, then {@code dev.hwc.ir.tensor}, then {@code dev.hwc.ir.isa}.
 */
@NullMarked
package dev.hwc.ir;

import org.jspecify.annotations.NullMarked;
