/** Tests of the tensor IR: one per rule, and random programs. */
@NullMarked
package dev.hwc.ir.tensor;

import org.jspecify.annotations.NullMarked;
