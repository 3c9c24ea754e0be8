/**
 * What the tests of this module share: finding model files, making random models and weights,
 * comparing units by running them, and golden files. Read {@link dev.hwc.compiler.PassGolden} and
 * {@link dev.hwc.compiler.Equivalence} first.
 */
@NullMarked
package dev.hwc.compiler;

import org.jspecify.annotations.NullMarked;
