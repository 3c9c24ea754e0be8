package dev.hwc.reports.html;

import dev.hwc.reports.model.EngineActivity;
import dev.hwc.reports.model.HardwareInfo;
import dev.hwc.reports.model.ModelInfo;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.RunReport;
import dev.hwc.reports.model.TableUse;
import java.util.List;
import java.util.Map;

/** Puts markup that would run as a script into every name of a report. */
final class HostileNames {
    static final String SCRIPT = "</script><script>document.documentElement.dataset.owned=1</script>";
    static final String IMAGE = "\"'><img src=x onerror=\"document.documentElement.dataset.owned=1\">";
    static final String NAME = IMAGE + SCRIPT + "<!--";

    private HostileNames() {}

    static RunReport in(RunReport r) {
        HardwareInfo hw = r.hardware();
        return new RunReport(
                NAME,
                NAME,
                new ModelInfo(NAME, NAME, 1, 1, Map.of(NAME, 1L)),
                new HardwareInfo(
                        NAME,
                        NAME,
                        hw.arrayRows(),
                        hw.arrayCols(),
                        hw.clockMhz(),
                        hw.vectorLanes(),
                        NAME,
                        hw.peakBytesPerCycle(),
                        Map.of(NAME, 1L)),
                NAME,
                NAME,
                Map.of(NAME, NAME),
                List.of(new TableUse(NAME, NAME, NAME, NAME)),
                r.phases().stream().map(HostileNames::phase).toList());
    }

    private static Phase phase(Phase p) {
        return new Phase(
                NAME + p.name(),
                p.kind(),
                p.tokens(),
                p.cycles(),
                p.macs(),
                p.memoryBytesRead(),
                p.memoryBytesWritten(),
                Map.of(NAME, p.memoryBytes()),
                p.boundBy(),
                p.macUtilization(),
                p.bandwidthUtilization(),
                p.rooflinePercent(),
                p.operators().stream().map(HostileNames::operator).toList(),
                List.of(new EngineActivity(NAME, 1, Map.of(NAME, p.cycles() / 2))),
                p.buffers(),
                p.perTokenCycles(),
                p.energyMillijoules());
    }

    private static OperatorCost operator(OperatorCost o) {
        return new OperatorCost(
                NAME + o.name(),
                IMAGE + o.kind(),
                o.layer(),
                o.cycles(),
                o.activeCycles(),
                o.matrixBusyCycles(),
                o.vectorBusyCycles(),
                o.loadBusyCycles(),
                o.storeBusyCycles(),
                o.macs(),
                o.memoryBytes(),
                o.bound(),
                o.energyMillijoules());
    }
}
