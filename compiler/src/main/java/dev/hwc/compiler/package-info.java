/**
 * The compiler: from a model to a program for a described accelerator.
 *
 * <p>Here lives what all of its packages share: the exception. The passes on the tensor IR live in
 * {@code dev.hwc.compiler.pass}, rewritten weights in {@code dev.hwc.compiler.weights}, the order of
 * the passes in {@code dev.hwc.compiler.pipeline}. The IR itself lives in {@code dev.hwc.ir}.
 * Guide: docs/compiler.md. Read {@link dev.hwc.compiler.pipeline.FrontEnd} first.
 */
@NullMarked
package dev.hwc.compiler;

import org.jspecify.annotations.NullMarked;
