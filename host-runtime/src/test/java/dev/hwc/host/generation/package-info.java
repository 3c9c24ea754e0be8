/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.host.generation;

import org.jspecify.annotations.NullMarked;
