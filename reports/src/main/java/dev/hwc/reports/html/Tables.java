package dev.hwc.reports.html;

import static dev.hwc.reports.analysis.Figures.bytes;
import static dev.hwc.reports.analysis.Figures.count;
import static dev.hwc.reports.analysis.Figures.large;
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
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tables that hold every number of every chart. */
final class Tables {
    /** Rows of single operators over all phases; the CSV holds all of them. */
    private static final int OPERATOR_ROWS = 200;

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

    /** One column per phase: there are more figures than phases. */
    private String phases() {
        List<String> columns = new ArrayList<>(List.of("figure"));
        report.phases().forEach(p -> columns.add(Html.shortened(p.name())));
        double clock = report.hardware().clockMhz();
        return new HtmlTable("table-phases", "Phases", "", columns)
                .row(figure("tokens", p -> count(p.tokens())))
                .row(figure("tokens per second", p -> number(p.tokensPerSecond(clock))))
                .row(figure("milliseconds per token", p -> number(p.millisecondsPerToken(clock))))
                .row(figure("cycles", p -> count(p.cycles())))
                .row(figure("cycles per token", p -> number(p.cyclesPerToken())))
                .row(figure("MACs", p -> count(p.macs())))
                .row(figure("memory bytes read", p -> count(p.memoryBytesRead())))
                .row(figure("memory bytes written", p -> count(p.memoryBytesWritten())))
                .row(figure("MACs per byte", p -> ratio(p.macs(), p.memoryBytes())))
                .row(figure("MACs per cycle", p -> ratio(p.macs(), p.cycles())))
                .row(figure("array used", p -> share(p.macUtilization())))
                .row(figure("bandwidth used", p -> share(p.bandwidthUtilization())))
                .row(figure("of roofline", p -> percent(p.rooflinePercent())))
                .row(figure("bound by", p -> p.boundBy().label()))
                .row(figure("energy", p -> energy(p.energyMillijoules())))
                .html();
    }

    private List<String> figure(String name, Function<Phase, String> value) {
        return Stream.concat(Stream.of(name), report.phases().stream().map(value))
                .toList();
    }

    private static String kinds(String id, String name, Phase phase) {
        List<String> columns = List.of(
                "operator",
                "count",
                "cycles",
                "of phase",
                "active",
                "matrix busy",
                "vector busy",
                "load busy",
                "store busy",
                "MACs",
                "memory",
                "MACs/byte",
                "MACs/active cycle",
                "bound");
        boolean energy = hasEnergy(phase);
        HtmlTable table = new HtmlTable(
                id + "-operators",
                "Operators by kind, " + name,
                "Summed over layers and tokens. Active: a command is in progress. Active and busy cycles overlap."
                        + energyNote(energy),
                withEnergy(columns, energy, "energy"));
        for (OperatorGroup g : OperatorGroup.byKind(phase, ChartData.KINDS)) {
            List<String> row = List.of(
                    Html.shortened(g.name()),
                    count(g.count()),
                    count(g.cycles()),
                    share((double) g.cycles() / phase.cycles()),
                    count(g.activeCycles()),
                    count(g.matrixBusyCycles()),
                    count(g.vectorBusyCycles()),
                    count(g.loadBusyCycles()),
                    count(g.storeBusyCycles()),
                    large(g.macs()),
                    bytes(g.memoryBytes()),
                    ratio(g.macs(), g.memoryBytes()),
                    ratio(g.macs(), g.activeCycles()),
                    bounds(g));
            table.row(withEnergy(row, energy, energy(g.energyMillijoules())));
        }
        return table.html();
    }

    private static boolean hasEnergy(Phase phase) {
        return phase.operators().stream().anyMatch(o -> o.energyMillijoules() != null);
    }

    private static String energyNote(boolean energy) {
        return energy ? "" : " Energy is " + NO_ENERGY + ".";
    }

    private static List<String> withEnergy(List<String> cells, boolean energy, String last) {
        return energy ? Stream.concat(cells.stream(), Stream.of(last)).toList() : cells;
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
        String part = all <= limit
                ? "All " + all + " operators."
                : "The " + limit + " with most cycles of " + count(all) + "; the CSV export has all.";
        List<String> columns = List.of(
                "operator",
                "cycles",
                "of phase",
                "matrix busy",
                "vector busy",
                "load busy",
                "store busy",
                "MACs",
                "memory",
                "bound");
        boolean energy = hasEnergy(phase);
        HtmlTable table = new HtmlTable(
                id + "-single",
                "Largest operators, " + name,
                part + energyNote(energy),
                withEnergy(columns, energy, "energy"));
        phase.operators().stream()
                .sorted(Comparator.comparingLong(OperatorCost::cycles).reversed())
                .limit(limit)
                .forEach(o -> table.row(withEnergy(single(phase, o), energy, energy(o.energyMillijoules()))));
        return table.html();
    }

    private static List<String> single(Phase phase, OperatorCost o) {
        return List.of(
                Html.shortened(o.name()),
                count(o.cycles()),
                share((double) o.cycles() / phase.cycles()),
                count(o.matrixBusyCycles()),
                count(o.vectorBusyCycles()),
                count(o.loadBusyCycles()),
                count(o.storeBusyCycles()),
                large(o.macs()),
                bytes(o.memoryBytes()),
                o.bound().label());
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
