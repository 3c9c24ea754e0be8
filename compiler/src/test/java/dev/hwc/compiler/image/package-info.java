/** Tests of compiled models. */
@NullMarked
package dev.hwc.compiler.image;

import org.jspecify.annotations.NullMarked;
