/**
 * Runs passes in order.
 *
 * <p>Here live the order of the passes and what happens around each: the check that its conditions
 * hold, verification, timing, text dumps. What a pass does lives in {@code dev.hwc.compiler.pass}.
 * Read {@link dev.hwc.compiler.pipeline.FrontEnd} first, then {@link
 * dev.hwc.compiler.pipeline.Pipeline}.
 */
@NullMarked
package dev.hwc.compiler.pipeline;

import org.jspecify.annotations.NullMarked;
