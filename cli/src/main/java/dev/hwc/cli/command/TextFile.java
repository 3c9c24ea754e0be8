package dev.hwc.cli.command;

import dev.hwc.cli.UsageException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the text files that commands take. */
final class TextFile {
    private static final long MAXIMUM_BYTES = 256L << 20;

    private TextFile() {}

    /**
     * The whole text, unchanged.
     *
     * @throws UsageException when the file is missing, too long or not UTF-8
     */
    static String read(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new UsageException("text file " + file + " is a folder; name a file");
            }
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new UsageException("text file " + file + " has " + Files.size(file) + " bytes; at most "
                        + MAXIMUM_BYTES + " are read; split it");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UsageException("text file " + file + " does not exist; check the path", e);
        } catch (CharacterCodingException e) {
            throw new UsageException("text file " + file + " is not UTF-8; convert it", e);
        } catch (IOException e) {
            throw new UsageException("text file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
