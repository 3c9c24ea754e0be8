/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.ir.format.safetensors;

import org.jspecify.annotations.NullMarked;
