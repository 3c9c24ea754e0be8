/**
 * What leaves a command: the process's streams, files that appear whole or not at all, JSON results,
 * tables and the progress bar. Nothing here knows what is printed. Read {@link
 * dev.hwc.cli.output.Streams} first, then {@link dev.hwc.cli.output.JsonOption}.
 */
@NullMarked
package dev.hwc.cli.output;

import org.jspecify.annotations.NullMarked;
