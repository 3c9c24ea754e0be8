/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.host.device;

import org.jspecify.annotations.NullMarked;
