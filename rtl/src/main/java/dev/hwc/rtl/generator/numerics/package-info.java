/**
 * The arithmetic of docs/spec/numerics.md as pipelined units without stall: one operation per cycle,
 * the result a stated number of cycles later. Each has its twin in {@code dev.hwc.ir.numerics}.
 *
 * <p>Sequencing, buffers and lanes live with the units that use these. Read {@code Fp32Mul} first.
 */
@NullMarked
package dev.hwc.rtl.generator.numerics;

import org.jspecify.annotations.NullMarked;
