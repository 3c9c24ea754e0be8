package dev.hwc.compiler.pipeline;

import java.util.Optional;

/**
 * What the pipeline noted about one pass.
 *
 * @param pass its name
 * @param nanoseconds time it took, without verification
 * @param operations of the program after it, regions counted once
 * @param text the program after it in text form, if a dump was asked for
 */
public record PassRecord(String pass, long nanoseconds, int operations, Optional<String> text) {}
