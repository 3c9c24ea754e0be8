package dev.hwc.cli.run;

import dev.hwc.cli.UsageException;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.sim.pim.PimSpec;

/** What {@code hwc pim --device} names: a shipped device or a .csv timing set with units. */
public final class PimSource {
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
        if (!TimingSetFile.isNamedBy(name)) {
            throw new UsageException(
                    "device '" + name + "' is neither a memory that computes nor a .csv file; allowed are "
                            + String.join(", ", PimSpec.NAMES) + Nearest.suggestion(name, PimSpec.NAMES));
        }
        TimingSetFile file = TimingSetFile.read("device", name);
        return PimSpec.of(file.name(), file.text());
    }
}
