package dev.hwc.cli.run;

import dev.hwc.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A user's timing set.
 *
 * @param name the file's, without its ending
 * @param text whole
 */
record TimingSetFile(String name, String text) {
    private static final long MAXIMUM_BYTES = 64 * 1024;
    private static final String ENDING = ".csv";

    /** Whether a name means such a file. */
    static boolean isNamedBy(String name) {
        return name.endsWith(ENDING);
    }

    /**
     * Reads one.
     *
     * @param what it is of, for messages: memory or device
     * @throws UsageException when it cannot be read or is too large
     */
    static TimingSetFile read(String what, String name) {
        Path file = Path.of(name);
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new UsageException(
                        what + " file " + name + " has " + Files.size(file) + " bytes; at most " + MAXIMUM_BYTES);
            }
            String base = String.valueOf(file.getFileName());
            return new TimingSetFile(base.substring(0, base.length() - ENDING.length()), Files.readString(file));
        } catch (IOException e) {
            throw new UsageException(
                    what + " file " + name + " cannot be read: " + e.getMessage() + "; check its name", e);
        }
    }
}
