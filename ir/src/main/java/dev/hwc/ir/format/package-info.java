/**
 * What all file formats share: {@link dev.hwc.ir.format.WholeFile}, which writes a file whole or not
 * at all. The formats themselves have a package each below this one.
 */
@NullMarked
package dev.hwc.ir.format;

import org.jspecify.annotations.NullMarked;
