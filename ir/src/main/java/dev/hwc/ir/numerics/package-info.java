/**
 * The {@code hardware} arithmetic of docs/spec/numerics.md, to the bit: fp32 lanes, elementary
 * functions, block quantization and the fixed-point matrix accumulator.
 *
 * <p>Only arithmetic lives here; operations of a model are composed in {@code dev.hwc.ir.interp}
 * and in the simulator. Read {@link dev.hwc.ir.numerics.Fp32} first, then {@link
 * dev.hwc.ir.numerics.BlockProduct}.
 */
@NullMarked
package dev.hwc.ir.numerics;

import org.jspecify.annotations.NullMarked;
