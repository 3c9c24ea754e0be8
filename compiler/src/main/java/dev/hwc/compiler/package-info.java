/** Lowers a model to a program image for a described accelerator. Read docs/compiler.md first. */
@NullMarked
package dev.hwc.compiler;

import org.jspecify.annotations.NullMarked;
