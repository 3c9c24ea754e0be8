/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.ir.format.model;

import org.jspecify.annotations.NullMarked;
