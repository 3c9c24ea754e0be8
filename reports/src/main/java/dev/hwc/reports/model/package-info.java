/**
 * The report model: immutable records that describe one run, and {@code run.json}, their text form.
 *
 * <p>Every field is required unless its javadoc calls it optional; a field without a value is absent,
 * never zero. Sums and shares derived from several fields live in {@code dev.hwc.reports.analysis}.
 * Read {@link dev.hwc.reports.model.RunReport} first, then {@link dev.hwc.reports.model.Phase}, then
 * {@link dev.hwc.reports.model.RunJson}.
 */
@NullMarked
package dev.hwc.reports.model;

import org.jspecify.annotations.NullMarked;
