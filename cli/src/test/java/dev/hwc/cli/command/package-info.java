/** Tests of the package of the same name. */
@NullMarked
package dev.hwc.cli.command;

import org.jspecify.annotations.NullMarked;
