/**
 * Tensor IR: a transformer as operations on whole tensors in static single assignment form.
 *
 * <p>Here live the operations (one record each, listed in the sealed {@link
 * dev.hwc.ir.tensor.PrimitiveOp}), their shape rules, the whole-program verifier, the graph view and
 * the builders of architectures. Text form: {@code dev.hwc.ir.text}. Meaning: {@code
 * dev.hwc.ir.interp}. Loops, buffers and engines do not live here. Rules: docs/spec/tensor-ir.md.
 * Read {@link dev.hwc.ir.tensor.TensorProgram} first, then {@link dev.hwc.ir.tensor.Linear}.
 */
@NullMarked
package dev.hwc.ir.tensor;

import org.jspecify.annotations.NullMarked;
