/**
 * The matrix engine: activation buffer, feed, systolic array, lanes with their accumulators, emission,
 * output buffer. Bits as in docs/spec/numerics.md §4, cycles as in docs/spec/timing.md §5.
 *
 * <p>The weight buffer is with the memory side; tokens and stalls with the front end. Read {@code
 * MatrixUnit} first: its comment says what happens in which cycle.
 */
@NullMarked
package dev.hwc.rtl.generator.matrix;

import org.jspecify.annotations.NullMarked;
