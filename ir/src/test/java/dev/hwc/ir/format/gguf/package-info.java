/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.ir.format.gguf;

import org.jspecify.annotations.NullMarked;
