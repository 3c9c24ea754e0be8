/**
 * Tests of the module as a whole and the example run they share.
 *
 * <p>{@link dev.hwc.reports.SampleRun} computes a plausible report from the shapes of Qwen2-0.5B; it
 * is an example to draw, not a measurement. Read it first.
 */
@NullMarked
package dev.hwc.reports;

import org.jspecify.annotations.NullMarked;
