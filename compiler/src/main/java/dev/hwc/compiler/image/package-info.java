/**
 * The compiled model: programs per step size, packed weights and constants, and how the host fills in
 * a job. No file I/O except the {@code .hwx} image. Read {@link
 * dev.hwc.compiler.image.CompiledModel} first.
 */
@NullMarked
package dev.hwc.compiler.image;

import org.jspecify.annotations.NullMarked;
