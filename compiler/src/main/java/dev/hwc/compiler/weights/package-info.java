/**
 * The weights of a program that is being compiled: where they come from and how passes change them.
 *
 * <p>A pass changes the shape of a weight at once and its data when somebody asks for it. Reading
 * files and the meaning of block types live in {@code dev.hwc.ir.format}; which weights change, and
 * why, lives in {@code dev.hwc.compiler.pass}. Read {@link dev.hwc.compiler.weights.WeightSource}
 * first, then {@link dev.hwc.compiler.weights.SelectRows}.
 */
@NullMarked
package dev.hwc.compiler.weights;

import org.jspecify.annotations.NullMarked;
