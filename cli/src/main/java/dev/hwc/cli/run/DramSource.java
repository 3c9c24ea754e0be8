package dev.hwc.cli.run;

import dev.hwc.cli.UsageException;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.dram.device.ParameterTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code hwc dram --memory} names: a shipped timing set or a .csv file.
 *
 * @param text of the timing set, for the checker
 */
public record DramSource(DramSpec spec, String text) {
    private static final long MAXIMUM_BYTES = 64 * 1024;

    /**
     * Opens a memory.
     *
     * @throws UsageException suggesting the nearest name
     */
    public static DramSource find(String name) {
        if (MemoryNames.isDram(name)) {
            return of(name, DramPresets.text(name));
        }
        if (!name.endsWith(".csv")) {
            throw new UsageException("memory '" + name + "' is neither a DRAM nor a .csv file; DRAMs are "
                    + String.join(", ", MemoryNames.DRAM) + Nearest.suggestion(name, MemoryNames.DRAM));
        }
        Path file = Path.of(name);
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new UsageException(
                        "memory file " + name + " has " + Files.size(file) + " bytes; at most " + MAXIMUM_BYTES);
            }
            String base = String.valueOf(file.getFileName());
            return of(base.substring(0, base.length() - ".csv".length()), Files.readString(file));
        } catch (IOException e) {
            throw new UsageException(
                    "memory file " + name + " cannot be read: " + e.getMessage() + "; check its name", e);
        }
    }

    private static DramSource of(String name, String text) {
        return new DramSource(DramSpec.of(ParameterTable.parse(name, text)), text);
    }
}
