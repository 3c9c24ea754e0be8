/**
 * The operator table as CSV and JSON, for spreadsheets and scripts.
 *
 * <p>One row per operator of every phase, nothing summed or left out. The whole report as JSON is
 * {@code dev.hwc.reports.model.RunJson}. Read {@link dev.hwc.reports.tables.OperatorTable} first.
 */
@NullMarked
package dev.hwc.reports.tables;

import org.jspecify.annotations.NullMarked;
