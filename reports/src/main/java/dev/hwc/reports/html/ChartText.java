package dev.hwc.reports.html;

import static dev.hwc.reports.analysis.Figures.bytes;
import static dev.hwc.reports.analysis.Figures.number;
import static dev.hwc.reports.analysis.Figures.share;

import dev.hwc.reports.analysis.OperatorGroup;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.RunReport;
import java.util.stream.Collectors;

/** What each chart says, in words, for readers who cannot see it. Plain text, not escaped. */
final class ChartText {
    private ChartText() {}

    static String roofline(RunReport report) {
        return "Roofline chart with logarithmic axes. The roof is "
                + report.hardware().peakMacsPerCycle() + " MACs per cycle and "
                + number(report.hardware().peakBytesPerCycle()) + " bytes per cycle. "
                + report.phases().stream()
                        .filter(p -> p.memoryBytes() > 0)
                        .map(p -> Html.shortened(p.name()) + ": " + number((double) p.macs() / p.memoryBytes())
                                + " MACs per byte, " + number((double) p.macs() / p.cycles()) + " MACs per cycle")
                        .collect(Collectors.joining("; ", "", "."));
    }

    static String operators(Phase phase) {
        return "Bar chart of cycles per operator kind: "
                + OperatorGroup.byKind(phase, ChartData.KINDS).stream()
                        .map(g -> Html.shortened(g.name()) + " " + share((double) g.cycles() / phase.cycles()))
                        .collect(Collectors.joining(", ", "", "."));
    }

    static String bounds(Phase phase) {
        OperatorGroup all = OperatorGroup.sum("all", phase.operators());
        return "Bar chart of what bounds each operator kind. Of all cycles: "
                + all.cyclesByBound().entrySet().stream()
                        .map(e -> e.getKey().label() + " " + share((double) e.getValue() / phase.cycles()))
                        .collect(Collectors.joining(", ", "", "."));
    }

    static String stalls(Phase phase) {
        return "Bar chart of each engine's time: "
                + phase.engines().stream()
                        .map(e -> Html.shortened(e.name()) + " busy "
                                + share((double) e.busyCycles() / phase.cycles()) + ", stalled "
                                + share((double) e.totalStallCycles() / phase.cycles()))
                        .collect(Collectors.joining("; ", "", "."));
    }

    static String levels(Phase phase) {
        return "Bar chart of bytes per token: "
                + ChartData.levels(phase).stream()
                        .map(l -> l.name() + " read " + bytes((double) l.read() / phase.tokens()) + ", written "
                                + bytes((double) l.written() / phase.tokens()))
                        .collect(Collectors.joining("; ", "", "."));
    }

    static String tokens(Phase phase) {
        var summary = phase.perTokenCycles().stream().mapToLong(Long::longValue).summaryStatistics();
        return "Line chart of cycles per token, from " + summary.getMin() + " to " + summary.getMax() + ".";
    }

    /** A visible line: what the memory traffic is made of. Empty when not recorded. */
    static String content(Phase phase) {
        if (phase.memoryBytesByContent().isEmpty()) {
            return "";
        }
        return phase.memoryBytesByContent().entrySet().stream()
                .map(e -> Html.shortened(e.getKey()) + " " + share((double) e.getValue() / phase.memoryBytes()))
                .collect(Collectors.joining(", ", " Of the memory's bytes: ", "."));
    }
}
