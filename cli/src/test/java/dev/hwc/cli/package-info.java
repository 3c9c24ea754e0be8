/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.cli;

import org.jspecify.annotations.NullMarked;
