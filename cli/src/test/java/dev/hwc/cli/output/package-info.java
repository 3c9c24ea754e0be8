/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.cli.output;

import org.jspecify.annotations.NullMarked;
