/**
 * What several commands need between the command line and the modules below: finding the model and
 * the hardware, opening a back end, measuring steps, and writing what they cost as a report. Options
 * are in {@code command}, files in {@code output}. Read {@link dev.hwc.cli.run.BackEnd} first.
 */
@NullMarked
package dev.hwc.cli.run;

import org.jspecify.annotations.NullMarked;
