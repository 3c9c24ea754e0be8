/**
 * Reference interpreter: runs a tensor program with the weights of a model, written to be read.
 *
 * <p>What the numbers are is decided by an {@link dev.hwc.ir.interp.Arithmetic}, one class each:
 * {@link dev.hwc.ir.interp.F32} (plain), {@link dev.hwc.ir.interp.LlamaCpp} (quantized activations
 * as llama.cpp has them), {@link dev.hwc.ir.interp.Hardware} (the accelerator, to the bit). Cycles, tiles and buffers do not live here. Read {@link
 * dev.hwc.ir.interp.Interpreter} first, then {@link dev.hwc.ir.interp.Arithmetic}.
 */
@NullMarked
package dev.hwc.ir.interp;

import org.jspecify.annotations.NullMarked;
