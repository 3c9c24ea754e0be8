/**
 * The command line: the entry point, the streams it writes to, and how failures become one line and
 * an exit code. The commands, one class each, are in {@code command}; files, JSON and progress in
 * {@code output}; choosing models and back ends, measuring and reporting in {@code run}. No logic of
 * the accelerator lives here. Read {@link dev.hwc.cli.Main} first.
 */
@NullMarked
package dev.hwc.cli;

import org.jspecify.annotations.NullMarked;
