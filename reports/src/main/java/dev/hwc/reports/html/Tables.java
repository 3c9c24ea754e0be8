package dev.hwc.reports.html;

import static dev.hwc.reports.analysis.Figures.bytes;
import static dev.hwc.reports.analysis.Figures.count;
import static dev.hwc.reports.analysis.Figures.number;
import static dev.hwc.reports.analysis.Figures.percent;
import static dev.hwc.reports.analysis.Figures.share;

import dev.hwc.reports.analysis.OperatorGroup;
import dev.hwc.reports.model.Bound;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.RunReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tables that hold every number of every chart. */
final class Tables {
    /** Rows of single operators over all phases; the CSV holds all of them. */
    private static final int OPERATOR_ROWS = 400;

    private static final int TOKEN_ROWS = 32;
    private static final String NO_ENERGY = "not modelled yet";

    private final RunReport report;

    Tables(RunReport report) {
        this.report = report;
    }

    String html() {
        StringBuilder html = new StringBuilder(phases());
        for (int i = 0; i < report.phases().size(); i++) {
            html.append(phase("p" + i, report.phases().get(i)));
        }
        return html.toString();
    }

    private String phase(String id, Phase phase) {
        String name = Html.shortened(phase.name());
        StringBuilder html = new StringBuilder();
        if (!phase.operators().isEmpty()) {
            html.append(kinds(id, name, phase)).append(layers(id, name, phase)).append(operators(id, name, phase));
        }
        if (!phase.engines().isEmpty()) {
            html.append(engines(id, name, phase));
        }
        html.append(levels(id, name, phase));
        if (!phase.memoryBytesByContent().isEmpty()) {
            html.append(content(id, name, phase));
        }
        if (!phase.perTokenCycles().isEmpty()) {
            html.append(tokens(id, name, phase));
        }
        return html.toString();
    }

    private String phases() {
        List<String> columns = List.of(
                "phase",
                "tokens",
                "cycles",
                "cycles/token",
                "ms/token",
                "tokens/s",
                "MACs",
                "memory read",
                "memory written",
                "MACs/byte",
                "array",
                "bandwidth",
                "roofline",
                "bound",
                "energy");
        HtmlTable table = new HtmlTable("table-phases", "Phases", "Array and bandwidth in % of their peak.", columns);
        double clock = report.hardware().clockMhz();
        for (Phase p : report.phases()) {
            table.row(List.of(
                    Html.shortened(p.name()),
                    count(p.tokens()),
                    count(p.cycles()),
                    number(p.cyclesPerToken()),
                    number(p.millisecondsPerToken(clock)),
                    number(p.tokensPerSecond(clock)),
                    count(p.macs()),
                    bytes(p.memoryBytesRead()),
                    bytes(p.memoryBytesWritten()),
                    ratio(p.macs(), p.memoryBytes()),
                    share(p.macUtilization()),
                    share(p.bandwidthUtilization()),
                    percent(p.rooflinePercent()),
                    p.boundBy().label(),
                    energy(p.energyMillijoules())));
        }
        return table.html();
    }

    private static String kinds(String id, String name, Phase phase) {
        List<String> columns = List.of(
                "operator",
                "count",
                "cycles",
                "of phase",
                "matrix busy",
                "vector busy",
                "load busy",
                "store busy",
                "MACs",
                "memory bytes",
                "MACs/byte",
                "MACs/cycle",
                "bound",
                "energy");
        HtmlTable table = new HtmlTable(
                id + "-operators",
                "Operators by kind, " + name,
                "Summed over layers and tokens. Busy cycles of engines overlap.",
                columns);
        for (OperatorGroup g : OperatorGroup.byKind(phase, ChartData.KINDS)) {
            table.row(List.of(
                    Html.shortened(g.name()),
                    count(g.count()),
                    count(g.cycles()),
                    share((double) g.cycles() / phase.cycles()),
                    count(g.matrixBusyCycles()),
                    count(g.vectorBusyCycles()),
                    count(g.loadBusyCycles()),
                    count(g.storeBusyCycles()),
                    count(g.macs()),
                    bytes(g.memoryBytes()),
                    ratio(g.macs(), g.memoryBytes()),
                    ratio(g.macs(), g.cycles()),
                    bounds(g),
                    energy(g.energyMillijoules())));
        }
        return table.html();
    }

    /** One word when it holds for all of the group, otherwise each bound with its share. */
    private static String bounds(OperatorGroup group) {
        Map<Bound, Long> bounds = group.cyclesByBound();
        if (bounds.size() <= 1) {
            return bounds.isEmpty() ? "–" : bounds.keySet().iterator().next().label();
        }
        List<String> shares = new ArrayList<>();
        bounds.forEach((bound, cycles) -> shares.add(bound.label() + " " + share((double) cycles / group.cycles())));
        return String.join(", ", shares);
    }

    private static String layers(String id, String name, Phase phase) {
        ChartData.LayerData layers = ChartData.layers(phase, OperatorGroup.byKind(phase, ChartData.KINDS));
        if (layers.names().isEmpty()) {
            return "";
        }
        List<String> columns = new ArrayList<>(List.of("layer"));
        columns.addAll(layers.kinds().keySet());
        HtmlTable table = new HtmlTable(id + "-layers", "Cycles by layer, " + name, "", columns);
        for (int i = 0; i < layers.names().size(); i++) {
            List<String> row = new ArrayList<>(List.of(layers.names().get(i)));
            for (long[] cycles : layers.kinds().values()) {
                row.add(count(cycles[i]));
            }
            table.row(row);
        }
        return table.html();
    }

    private String operators(String id, String name, Phase phase) {
        int limit = Math.max(10, OPERATOR_ROWS / report.phases().size());
        int all = phase.operators().size();
        String note =
                all <= limit ? "" : "The " + limit + " with most cycles of " + count(all) + "; the CSV export has all.";
        List<String> columns = List.of(
                "operator",
                "cycles",
                "of phase",
                "matrix busy",
                "vector busy",
                "load busy",
                "store busy",
                "MACs",
                "memory bytes",
                "bound",
                "energy");
        HtmlTable table = new HtmlTable(id + "-single", "Largest operators, " + name, note, columns);
        phase.operators().stream()
                .sorted(Comparator.comparingLong(OperatorCost::cycles).reversed())
                .limit(limit)
                .forEach(o -> table.row(List.of(
                        Html.shortened(o.name()),
                        count(o.cycles()),
                        share((double) o.cycles() / phase.cycles()),
                        count(o.matrixBusyCycles()),
                        count(o.vectorBusyCycles()),
                        count(o.loadBusyCycles()),
                        count(o.storeBusyCycles()),
                        count(o.macs()),
                        bytes(o.memoryBytes()),
                        o.bound().label(),
                        energy(o.energyMillijoules()))));
        return table.html();
    }

    private static String engines(String id, String name, Phase phase) {
        HtmlTable table = new HtmlTable(
                id + "-stalls",
                "Engines and stalls, " + name,
                "Idle is what neither worked nor waited.",
                List.of("engine, state", "cycles", "of phase"));
        for (ChartData.EngineData engine :
                phase.engines().stream().map(ChartData::engine).toList()) {
            long idle = phase.cycles() - engine.busy();
            table.row(state(engine.name() + " busy", engine.busy(), phase));
            for (Map.Entry<String, Long> stall : engine.stalls().entrySet()) {
                table.row(state(engine.name() + " stalled: " + stall.getKey(), stall.getValue(), phase));
                idle -= stall.getValue();
            }
            table.row(state(engine.name() + " idle", Math.max(0, idle), phase));
        }
        return table.html();
    }

    private static List<String> state(String name, long cycles, Phase phase) {
        return List.of(name, count(cycles), share((double) cycles / phase.cycles()));
    }

    private static String levels(String id, String name, Phase phase) {
        HtmlTable table = new HtmlTable(
                id + "-levels",
                "Bytes per level, " + name,
                "",
                List.of("level", "bytes read", "bytes written", "read per token", "written per token"));
        for (ChartData.Level level : ChartData.levels(phase)) {
            table.row(List.of(
                    level.name(),
                    count(level.read()),
                    count(level.written()),
                    bytes((double) level.read() / phase.tokens()),
                    bytes((double) level.written() / phase.tokens())));
        }
        return table.html();
    }

    private static String content(String id, String name, Phase phase) {
        HtmlTable table = new HtmlTable(
                id + "-content",
                "What the memory bytes are, " + name,
                "",
                List.of("content", "bytes", "share", "per token"));
        phase.memoryBytesByContent()
                .forEach((content, bytes) -> table.row(List.of(
                        Html.shortened(content),
                        count(bytes),
                        share((double) bytes / Math.max(1, phase.memoryBytes())),
                        bytes((double) bytes / phase.tokens()))));
        return table.html();
    }

    private static String tokens(String id, String name, Phase phase) {
        List<Long> cycles = phase.perTokenCycles();
        int step = Math.ceilDiv(cycles.size(), TOKEN_ROWS);
        HtmlTable table = new HtmlTable(
                id + "-tokens",
                "Cycles per token, " + name,
                step == 1 ? "" : "Each row sums up " + step + " tokens.",
                List.of("tokens", "lowest", "mean", "highest"));
        for (int from = 0; from < cycles.size(); from += step) {
            List<Long> run = cycles.subList(from, Math.min(cycles.size(), from + step));
            var summary = run.stream().mapToLong(Long::longValue).summaryStatistics();
            String label = run.size() == 1 ? "" + (from + 1) : (from + 1) + "–" + (from + run.size());
            table.row(List.of(
                    label, count(summary.getMin()), count(Math.round(summary.getAverage())), count(summary.getMax())));
        }
        return table.html();
    }

    static String energy(@Nullable Double millijoules) {
        return millijoules == null ? NO_ENERGY : number(millijoules) + " mJ";
    }

    private static String ratio(long dividend, long divisor) {
        return divisor == 0 ? "–" : number((double) dividend / divisor);
    }
}
