/**
 * The passes on the tensor IR, one class each, and what a pass is.
 *
 * <p>A pass takes a program with its weights and returns one with the same meaning that is closer to
 * the hardware. Order, verification, timing and dumps live in {@code dev.hwc.compiler.pipeline};
 * loops, buffers and instructions come after the passes. Read {@link dev.hwc.compiler.pass.Pass}
 * first, then {@link dev.hwc.compiler.pass.CanonicalRope}.
 */
@NullMarked
package dev.hwc.compiler.pass;

import org.jspecify.annotations.NullMarked;
