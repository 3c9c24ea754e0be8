package dev.hwc.reports.model;

import java.util.List;
import java.util.Map;

/**
 * Everything a report says about one run: who ran what on which hardware, under which assumptions,
 * and what each phase cost. The text form is {@code run.json}, see {@link RunJson}.
 *
 * @param hwc version of hwc that ran it
 * @param command the command line
 * @param model the model
 * @param hardware the hardware
 * @param overlapMode how engines overlap, e.g. {@code double-buffered}; cycles mean nothing without it
 * @param memoryMode how memory is modelled, e.g. {@code command-level} or {@code ideal}
 * @param settings other assumptions by name, e.g. {@code batch}, {@code context}, {@code kvType}
 * @param tables tables of constants that were used
 * @param phases the phases in the order they ran
 */
public record RunReport(
        String hwc,
        String command,
        ModelInfo model,
        HardwareInfo hardware,
        String overlapMode,
        String memoryMode,
        Map<String, String> settings,
        List<TableUse> tables,
        List<Phase> phases) {
    public RunReport {
        Check.present(hwc, "hwc");
        Check.present(command, "command");
        Check.present(model, "model");
        Check.present(hardware, "hardware");
        Check.present(overlapMode, "overlapMode");
        Check.present(memoryMode, "memoryMode");
        settings = Check.map(settings, "settings");
        tables = Check.list(tables, "tables");
        phases = Check.list(phases, "phases");
    }
}
