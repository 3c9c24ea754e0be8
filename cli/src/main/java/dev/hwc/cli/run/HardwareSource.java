package dev.hwc.cli.run;

import dev.hwc.cli.UsageException;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens what {@code --hw} names: a preset or a YAML file. */
public final class HardwareSource {
    /** What runs when nothing else is asked for. */
    public static final String DEFAULT = "edge-16x16";

    private HardwareSource() {}

    /**
     * The hardware of this name.
     *
     * @throws UsageException suggesting the nearest preset
     */
    public static HardwareSpec find(String name) {
        if (HardwareSpecs.NAMES.contains(name)) {
            return HardwareSpecs.preset(name);
        }
        if (name.endsWith(".yaml") || name.endsWith(".yml") || Files.isRegularFile(Path.of(name))) {
            return HardwareSpecs.read(Path.of(name));
        }
        throw new UsageException("hardware '" + name + "' is neither a preset nor a .yaml file; presets are "
                + String.join(", ", HardwareSpecs.NAMES) + Nearest.suggestion(name, HardwareSpecs.NAMES));
    }
}
