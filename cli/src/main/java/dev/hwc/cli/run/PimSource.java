package dev.hwc.cli.run;

import dev.hwc.cli.UsageException;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.sim.pim.PimSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code hwc pim --device} names: a shipped device or a .csv timing set with units. */
public final class PimSource {
    private static final long MAXIMUM_BYTES = 64 * 1024;
    private static final String ENDING = ".csv";

    private PimSource() {}

    /**
     * Opens a device.
     *
     * @throws UsageException suggesting the nearest name
     */
    public static PimSpec find(String name) {
        if (PimSpec.NAMES.contains(name)) {
            return PimSpec.find(name);
        }
        if (!name.endsWith(ENDING)) {
            throw new UsageException(
                    "device '" + name + "' is neither a memory that computes nor a .csv file; allowed are "
                            + String.join(", ", PimSpec.NAMES) + Nearest.suggestion(name, PimSpec.NAMES));
        }
        try {
            Path file = Path.of(name);
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new UsageException(
                        "device file " + name + " has " + Files.size(file) + " bytes; at most " + MAXIMUM_BYTES);
            }
            String base = String.valueOf(file.getFileName());
            return PimSpec.of(base.substring(0, base.length() - ENDING.length()), Files.readString(file));
        } catch (IOException e) {
            throw new UsageException(
                    "device file " + name + " cannot be read: " + e.getMessage() + "; check its name", e);
        }
    }
}
