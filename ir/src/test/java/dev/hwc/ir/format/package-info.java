/** Test helpers shared by the tests of the file formats. */
@NullMarked
package dev.hwc.ir.format;

import org.jspecify.annotations.NullMarked;
