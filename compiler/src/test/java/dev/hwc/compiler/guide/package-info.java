/** The code of docs/compiler.md, and the test that the guide shows exactly this code. */
@NullMarked
package dev.hwc.compiler.guide;

import org.jspecify.annotations.NullMarked;
