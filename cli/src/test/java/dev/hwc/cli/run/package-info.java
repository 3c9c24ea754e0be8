/** Tests of runs. */
@NullMarked
package dev.hwc.cli.run;

import org.jspecify.annotations.NullMarked;
