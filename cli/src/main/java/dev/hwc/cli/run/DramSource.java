package dev.hwc.cli.run;

import dev.hwc.cli.UsageException;
import dev.hwc.ir.format.model.Nearest;
import dev.hwc.ir.hw.MemoryNames;
import dev.hwc.sim.dram.DramPresets;
import dev.hwc.sim.dram.device.DramSpec;
import dev.hwc.sim.dram.device.ParameterTable;

/**
 * What {@code hwc dram --memory} names: a shipped timing set or a .csv file.
 *
 * @param text of the timing set, for the checker
 */
public record DramSource(DramSpec spec, String text) {
    /**
     * Opens a memory.
     *
     * @throws UsageException suggesting the nearest name
     */
    public static DramSource find(String name) {
        if (MemoryNames.isDram(name)) {
            return of(name, DramPresets.text(name));
        }
        if (!TimingSetFile.isNamedBy(name)) {
            throw new UsageException("memory '" + name + "' is neither a DRAM nor a .csv file; DRAMs are "
                    + String.join(", ", MemoryNames.DRAM) + Nearest.suggestion(name, MemoryNames.DRAM));
        }
        TimingSetFile file = TimingSetFile.read("memory", name);
        return of(file.name(), file.text());
    }

    private static DramSource of(String name, String text) {
        return new DramSource(DramSpec.of(ParameterTable.parse(name, text)), text);
    }
}
