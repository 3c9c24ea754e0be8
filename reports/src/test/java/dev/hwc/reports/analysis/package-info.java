/** Tests of the package of the same name; the example run is in {@link dev.hwc.reports.SampleRun}. */
@NullMarked
package dev.hwc.reports.analysis;

import org.jspecify.annotations.NullMarked;
