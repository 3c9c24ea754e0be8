/** Tests of the text form of the tensor IR. */
@NullMarked
package dev.hwc.ir.text;

import org.jspecify.annotations.NullMarked;
