/**
 * Tensor IR to tile IR: reads the fused program as a network, lays out memory and scratchpads, and
 * writes one kernel per fused operator. Registers and instruction words are not known here. Read
 * {@link dev.hwc.compiler.lower.Lowering} first, then the kernels.
 */
@NullMarked
package dev.hwc.compiler.lower;

import org.jspecify.annotations.NullMarked;
