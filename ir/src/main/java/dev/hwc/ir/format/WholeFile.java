package dev.hwc.ir.format;

import dev.hwc.ir.IrException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Writes a file whole or not at all: into a temporary file in the same folder, forced to the disk,
 * then renamed over the target. On failure the temporary file is deleted and an older target stays.
 */
public final class WholeFile {
    private static final int BUFFER_BYTES = 1 << 16;

    private final UnaryOperator<OutputStream> device;

    public WholeFile() {
        this(UnaryOperator.identity());
    }

    /** {@code device} stands between buffer and file; tests let it fail. */
    public WholeFile(UnaryOperator<OutputStream> device) {
        this.device = device;
    }

    /** Produces the content. */
    public interface Body {
        void writeTo(OutputStream output) throws IOException;
    }

    /**
     * Writes {@code target}.
     *
     * @throws IrException when that fails, for whatever reason; then nothing has changed
     */
    public void write(Path target, Body body) {
        Path absolute = target.toAbsolutePath();
        Path temporary = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            fill(temporary, body);
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IrException(
                    target + " cannot be written (" + reason(e, temporary)
                            + "); nothing was left behind; free space or choose another folder",
                    e);
        } finally {
            deleteIfThere(temporary);
        }
    }

    private void fill(Path temporary, Body body) throws IOException {
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream file = device.apply(Channels.newOutputStream(channel));
            OutputStream output = new BufferedOutputStream(file, BUFFER_BYTES);
            body.writeTo(output);
            output.flush();
            channel.force(true);
        }
    }

    private static String reason(IOException problem, Path temporary) {
        if (problem instanceof NoSuchFileException) {
            return "the folder " + temporary.getParent() + " does not exist";
        }
        if (problem instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        return String.valueOf(problem.getMessage());
    }

    /** Best effort: a failure to clean up must not hide why writing failed. */
    private static void deleteIfThere(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            System.getLogger(WholeFile.class.getName())
                    .log(System.Logger.Level.WARNING, "temporary file " + temporary + " could not be deleted", e);
        }
    }
}
