/**
 * Tile IR to instructions: turns affine addresses into registers and loop increments, one stream per
 * queue. It decides nothing about tiles or order. Read {@link dev.hwc.compiler.codegen.CodeGenerator}
 * first.
 */
@NullMarked
package dev.hwc.compiler.codegen;

import org.jspecify.annotations.NullMarked;
