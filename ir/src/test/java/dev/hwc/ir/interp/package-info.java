/** Tests of the reference interpreter: closed forms, properties and recorded outputs of other engines. */
@NullMarked
package dev.hwc.ir.interp;

import org.jspecify.annotations.NullMarked;
