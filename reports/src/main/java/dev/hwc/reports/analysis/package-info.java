/**
 * What follows from a report's numbers: sums per operator kind and layer, sentences of guidance, and
 * checks that the numbers agree with each other.
 *
 * <p>Pure functions of the report model; no formatting as HTML and no simulation. Read {@link
 * dev.hwc.reports.analysis.Guidance} first, then {@link dev.hwc.reports.analysis.OperatorGroup}.
 */
@NullMarked
package dev.hwc.reports.analysis;

import org.jspecify.annotations.NullMarked;
