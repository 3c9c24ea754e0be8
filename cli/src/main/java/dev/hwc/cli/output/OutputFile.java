package dev.hwc.cli.output;

import dev.hwc.cli.RunFailure;
import dev.hwc.cli.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file to be written at the end of a run, whole or not at all: the text goes to a temporary file
 * beside it, to the disk, and is then renamed. Checked before the run, so that a long run does not
 * end in a mistyped folder.
 */
public final class OutputFile {
    private final Path target;

    private OutputFile(Path target) {
        this.target = target;
    }

    /**
     * Checks that the file can be made.
     *
     * @throws UsageException when its folder does not exist or is closed to us, or it is a folder
     */
    public static OutputFile of(Path target) {
        Path folder = target.toAbsolutePath().getParent();
        if (Files.isDirectory(target) || folder == null) {
            throw new UsageException("output " + target + " is a folder; name a file");
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException("output " + target + ": the folder " + folder + " does not exist; create it");
        }
        if (!Files.isWritable(folder) && !isSpecial(target)) {
            throw new UsageException(
                    "output " + target + ": the folder " + folder + " is not writable; choose another one");
        }
        return new OutputFile(target);
    }

    /** A device or pipe, which is written in place. */
    private static boolean isSpecial(Path target) {
        return Files.exists(target) && !Files.isRegularFile(target);
    }

    public Path path() {
        return target;
    }

    /**
     * Writes the file.
     *
     * @throws RunFailure when that fails; then an older file is still there and nothing else
     */
    public void write(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try {
            if (isSpecial(target)) {
                fill(target, bytes, StandardOpenOption.WRITE);
            } else {
                replace(bytes);
            }
        } catch (IOException e) {
            throw new RunFailure(
                    "output " + target + " cannot be written: " + reason(e)
                            + "; nothing was left behind; free space or choose another folder",
                    e);
        }
    }

    private void replace(ByteBuffer bytes) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path temporary = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            fill(temporary, bytes, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void fill(Path file, ByteBuffer bytes, StandardOpenOption... options) throws IOException {
        try (FileChannel channel = FileChannel.open(file, options)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (Files.isRegularFile(file)) {
                channel.force(true);
            }
        }
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : String.valueOf(e.getMessage());
    }
}
