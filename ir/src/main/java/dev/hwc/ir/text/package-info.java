/**
 * Text form of the tensor IR: what a developer reads, diffs and pastes into a bug report.
 *
 * <p>One operation per line, with shapes and the names of the weights; {@code parse(print(p))} is
 * equal to {@code p}. The rules of the operations and programs live in {@code dev.hwc.ir.tensor},
 * the grammar in docs/spec/tensor-ir.md. Read {@link dev.hwc.ir.text.TensorPrinter} first.
 */
@NullMarked
package dev.hwc.ir.text;

import org.jspecify.annotations.NullMarked;
