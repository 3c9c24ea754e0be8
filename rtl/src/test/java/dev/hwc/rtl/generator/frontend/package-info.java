/** Tests of the front end's blocks against their Java twins. Read {@code FrontEndTest} first. */
@NullMarked
package dev.hwc.rtl.generator.frontend;

import org.jspecify.annotations.NullMarked;
