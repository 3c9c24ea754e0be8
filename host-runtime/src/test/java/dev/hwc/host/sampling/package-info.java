/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.host.sampling;

import org.jspecify.annotations.NullMarked;
