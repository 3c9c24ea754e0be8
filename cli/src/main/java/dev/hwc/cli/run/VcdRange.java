package dev.hwc.cli.run;

import dev.hwc.cli.RunFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The clocks that stand in a value change dump.
 *
 * @param first its first clock
 * @param last its last clock
 */
public record VcdRange(long first, long last) {
    /** Picoseconds, the unit of the file, in a clock. */
    private static final long PICOSECONDS = 1000;

    /** Reads them from the times in the file; absent when it has none. */
    public static Optional<VcdRange> of(Path file) {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            long first = -1;
            long last = -1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#")) {
                    last = Long.parseLong(line.substring(1)) / PICOSECONDS;
                    first = first < 0 ? last : first;
                }
            }
            return first < 0 ? Optional.empty() : Optional.of(new VcdRange(first, last));
        } catch (IOException e) {
            throw new RunFailure("waveform " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
