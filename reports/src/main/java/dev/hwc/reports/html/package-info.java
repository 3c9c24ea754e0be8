/**
 * One offline HTML page per report: text and tables written here, charts drawn in the browser by the
 * vendored Apache ECharts from a JSON block.
 *
 * <p>Nothing is loaded from outside, and text of the report is escaped in one place ({@code Html}).
 * The numbers come from {@code dev.hwc.reports.analysis}. Read {@link dev.hwc.reports.html.HtmlReport}
 * first, then {@code ChartData} and {@code report.js}.
 */
@NullMarked
package dev.hwc.reports.html;

import org.jspecify.annotations.NullMarked;
