/** Tests of the package of this name; helpers live in {@code dev.hwc.compiler}. */
@NullMarked
package dev.hwc.compiler.weights;

import org.jspecify.annotations.NullMarked;
