package dev.hwc.sim.dram;

import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.dram.device.ParameterTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The shipped timing sets, one file each, by the names of {@link MemoryNames}. */
public final class DramPresets {
    private DramPresets() {}

    /** A shipped memory. */
    public static DramSpec find(String name) {
        return DramSpec.of(ParameterTable.parse(name, text(name)));
    }

    /** The file of a shipped timing set. */
    public static String text(String name) {
        if (!MemoryNames.isDram(name)) {
            throw new DramFormatException(
                    "memory '" + name + "' is unknown; shipped are " + String.join(", ", MemoryNames.DRAM));
        }
        return resource(name + ".csv");
    }

    /** A text file of this package. */
    public static String resource(String file) {
        try (InputStream in = DramPresets.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("resource " + file + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DramFormatException("resource " + file + " cannot be read: " + e.getMessage());
        }
    }
}
