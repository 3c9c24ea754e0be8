/**
 * The instruction set of the NPU (docs/spec/isa.md): one record per instruction, the one layout of
 * the 128-bit word, programs, their text form and their validator. Nothing here executes anything.
 * Read {@link dev.hwc.ir.isa.Instruction} first, then {@link dev.hwc.ir.isa.Opcode}.
 */
@NullMarked
package dev.hwc.ir.isa;

import org.jspecify.annotations.NullMarked;
