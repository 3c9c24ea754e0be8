/**
 * The commands, one class each: options, the order of work, and what is printed. What a run computes
 * is elsewhere. {@link dev.hwc.cli.command.Commands} lists them all; read it first.
 */
@NullMarked
package dev.hwc.cli.command;

import org.jspecify.annotations.NullMarked;
