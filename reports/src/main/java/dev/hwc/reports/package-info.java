/**
 * What a run cost, written down and shown: the report model, its JSON, tables and the HTML page.
 *
 * <p>This package holds only what all of them share ({@link dev.hwc.reports.ReportException}). No
 * number is simulated or estimated here; reports only sum, divide and draw what a run measured. Read
 * {@link dev.hwc.reports.model.RunReport} first, then {@code dev.hwc.reports.html.HtmlReport}.
 */
@NullMarked
package dev.hwc.reports;

import org.jspecify.annotations.NullMarked;
