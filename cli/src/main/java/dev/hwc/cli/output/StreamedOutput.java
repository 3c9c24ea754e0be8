package dev.hwc.cli.output;

import dev.hwc.cli.RunFailure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A long text file, written line by line during a run: it appears under its name when {@link #finish} is called, whole,
 * or not at all. Devices and pipes are written in place.
 */
public final class StreamedOutput implements AutoCloseable {
    private final Path target;
    private final Path written;
    private final BufferedWriter writer;
    private boolean finished;

    private StreamedOutput(Path target, Path written, BufferedWriter writer) {
        this.target = target;
        this.written = written;
        this.writer = writer;
    }

    /**
     * Begins a file.
     *
     * @throws dev.hwc.cli.UsageException when it cannot be made
     */
    public static StreamedOutput open(Path target) {
        Path absolute = OutputFile.of(target).path().toAbsolutePath();
        boolean inPlace = Files.exists(absolute) && !Files.isRegularFile(absolute);
        Path written = inPlace
                ? absolute
                : absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            return new StreamedOutput(target, written, Files.newBufferedWriter(written, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /** Writes a line. */
    public void line(String text) {
        try {
            writer.write(text);
            writer.write('\n');
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /** Everything is written: the file gets its name. */
    public void finish() {
        try {
            writer.close();
            if (!written.equals(target.toAbsolutePath())) {
                Files.move(written, target.toAbsolutePath(), StandardCopyOption.ATOMIC_MOVE);
            }
            finished = true;
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    private static RunFailure failure(Path target, IOException e) {
        return new RunFailure(
                "output " + target + " cannot be written: " + e.getMessage()
                        + "; nothing was left behind; free space or choose another folder",
                e);
    }

    @Override
    public void close() {
        try {
            writer.close();
            if (!finished && !written.equals(target.toAbsolutePath())) {
                Files.deleteIfExists(written);
            }
        } catch (IOException e) {
            throw failure(target, e);
        }
    }
}
