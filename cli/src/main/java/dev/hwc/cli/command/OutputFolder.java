package dev.hwc.cli.command;

import dev.hwc.cli.RunFailure;
import dev.hwc.cli.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A folder that a command fills: it appears whole or not at all. */
final class OutputFolder {
    private final Path target;

    private OutputFolder(Path target) {
        this.target = target;
    }

    /**
     * Checks that the folder can be made.
     *
     * @throws UsageException when it exists and is not empty, or its parent is not there
     */
    static OutputFolder of(Path target) {
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new UsageException("output " + target + ": the folder " + parent + " does not exist; create it");
        }
        if (Files.exists(target) && !isEmptyFolder(target)) {
            throw new UsageException("output " + target + " exists and is not an empty folder; choose another name");
        }
        if (!Files.isWritable(parent)) {
            throw new UsageException("output " + target + ": the folder " + parent + " is not writable");
        }
        return new OutputFolder(target);
    }

    private static boolean isEmptyFolder(Path path) {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets an action fill a folder beside the target, then gives it its name. */
    void fill(Consumer<Path> action) {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.createDirectory(folder);
            action.accept(folder);
            Files.deleteIfExists(absolute);
            Files.move(folder, absolute, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | UncheckedIOException e) {
            throw new RunFailure(
                    "output " + target + " cannot be written: " + e.getMessage() + "; nothing was left behind", e);
        } finally {
            delete(folder);
        }
    }

    /** Deletes a folder with all in it, if it is there. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
