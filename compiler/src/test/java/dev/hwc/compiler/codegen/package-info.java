/**
 * Tests of code generation: golden listings of small tile programs, and the same sequence of resolved
 * commands from tile program and instructions, for random and for real programs.
 */
@NullMarked
package dev.hwc.compiler.codegen;

import org.jspecify.annotations.NullMarked;
