/** Do the layouts that host and hardware share say what the documents say? */
@NullMarked
package dev.hwc.ir.device;

import org.jspecify.annotations.NullMarked;
