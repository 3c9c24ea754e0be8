package dev.hwc.cli.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress, summaries and errors
 * @param terminal whether {@code err} is a terminal
 */
public record Streams(PrintStream out, PrintStream err, boolean terminal) {
    private static final int BUFFER_BYTES = 1 << 13;

    /** The process's own, in UTF-8; {@code ./hwc} says by properties what the JVM cannot find out. */
    public static Streams ofProcess() {
        return new Streams(
                utf8(new FileOutputStream(FileDescriptor.out)),
                utf8(StandardError.open()),
                Boolean.getBoolean("hwc.terminal"));
    }

    private static PrintStream utf8(OutputStream stream) {
        return new PrintStream(new BufferedOutputStream(stream, BUFFER_BYTES), true, StandardCharsets.UTF_8);
    }

    /** The same with results going nowhere. */
    public Streams withoutResults() {
        return new Streams(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), err, terminal);
    }

    /** {@code out} for picocli. */
    public PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    /** {@code err} for picocli. */
    public PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }
}
