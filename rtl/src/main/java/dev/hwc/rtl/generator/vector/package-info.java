/**
 * The vector engine (docs/spec/timing.md T15, docs/spec/isa.md §5): reads rows of operands, computes a
 * function of them on L lanes and writes fp32 or quantized rows.
 *
 * <p>The fp32 units themselves live in {@code numerics}. Read {@code VectorUnit} first, it shows how the
 * parts hang together, then {@code RowWalker}, which gives every cycle its word.
 */
@NullMarked
package dev.hwc.rtl.generator.vector;

import org.jspecify.annotations.NullMarked;
