package dev.hwc.reports.html;

import dev.hwc.reports.analysis.LayerCycles;
import dev.hwc.reports.analysis.OperatorGroup;
import dev.hwc.reports.model.EngineActivity;
import dev.hwc.reports.model.HardwareInfo;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.RunReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What {@code report.js} draws, already summed so that its size does not grow with the number of
 * operators, layers or tokens. Field names are the contract with the script.
 */
record ChartData(Roofline roofline, List<PhaseData> phases) {
    static final int KINDS = 12;
    static final int LAYERS = 128;
    static final int TOKENS = 400;
    private static final int ENGINES = 16;
    private static final int LEVELS = 16;
    private static final int CAUSES = 9;
    private static final int ROOFLINE_KINDS = 6;

    record Roofline(double peakMacs, double peakBytes, List<Point> points) {}

    /**
     * A point at x MACs per byte and y MACs per cycle; major for a phase, minor for a kind in it. A
     * kind's cycles are its active ones: in them all of its bytes and MACs happen, so it is never above
     * the roof. In the cycles attributed to it, it may be, for its weights came while others ran.
     */
    record Point(String phase, String name, String label, double x, double y, boolean major) {}

    record PhaseData(
            String name,
            long tokens,
            long cycles,
            List<KindData> kinds,
            LayerData layers,
            List<EngineData> engines,
            List<Level> levels,
            TokenData perToken) {}

    record KindData(
            String name, long cycles, long matrix, long vector, long load, long store, Map<String, Long> bounds) {}

    record LayerData(List<String> names, Map<String, long[]> kinds) {}

    record EngineData(String name, long busy, Map<String, Long> stalls) {}

    record Level(String name, long read, long written) {}

    /** Mean cycles of each run of {@code step} tokens. */
    record TokenData(int step, List<Double> cycles) {}

    static ChartData of(RunReport report) {
        return new ChartData(
                roofline(report), report.phases().stream().map(ChartData::phase).toList());
    }

    private static Roofline roofline(RunReport report) {
        HardwareInfo hw = report.hardware();
        List<Point> points = new ArrayList<>();
        for (Phase phase : report.phases()) {
            String name = Html.shortened(phase.name());
            point(points, name, name, phase.macs(), phase.memoryBytes(), phase.cycles(), true);
            OperatorGroup.byKind(phase, KINDS).stream()
                    .limit(ROOFLINE_KINDS)
                    .forEach(g -> point(
                            points,
                            name,
                            Html.shortened(g.name()),
                            g.macs(),
                            g.memoryBytes(),
                            g.activeCycles(),
                            false));
        }
        return new Roofline(hw.peakMacsPerCycle(), hw.peakBytesPerCycle(), points);
    }

    /** Logarithmic axes have no zero: what does no MACs or moves no bytes is left to the tables. */
    private static void point(
            List<Point> points, String phase, String name, long macs, long bytes, long cycles, boolean major) {
        if (macs > 0 && bytes > 0 && cycles > 0) {
            points.add(new Point(phase, name, name, (double) macs / bytes, (double) macs / cycles, major));
        }
    }

    private static PhaseData phase(Phase phase) {
        List<OperatorGroup> groups = OperatorGroup.byKind(phase, KINDS);
        return new PhaseData(
                Html.shortened(phase.name()),
                phase.tokens(),
                phase.cycles(),
                groups.stream().map(ChartData::kind).toList(),
                layers(phase, groups),
                phase.engines().stream().limit(ENGINES).map(ChartData::engine).toList(),
                levels(phase),
                perToken(phase.perTokenCycles()));
    }

    private static KindData kind(OperatorGroup group) {
        Map<String, Long> bounds = new LinkedHashMap<>();
        group.cyclesByBound().forEach((bound, cycles) -> bounds.put(bound.label(), cycles));
        return new KindData(
                Html.shortened(group.name()),
                group.cycles(),
                group.matrixBusyCycles(),
                group.vectorBusyCycles(),
                group.loadBusyCycles(),
                group.storeBusyCycles(),
                bounds);
    }

    static LayerData layers(Phase phase, List<OperatorGroup> groups) {
        LayerCycles layers =
                LayerCycles.of(phase, groups.stream().map(OperatorGroup::name).toList(), LAYERS);
        Map<String, long[]> kinds = new LinkedHashMap<>();
        layers.cyclesByKind().forEach((kind, cycles) -> kinds.put(Html.shortened(kind), cycles));
        return new LayerData(layers.layers(), kinds);
    }

    /** Beyond the largest causes the rest is summed as "other causes". */
    static EngineData engine(EngineActivity engine) {
        List<Map.Entry<String, Long>> sorted = engine.stallCycles().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .toList();
        Map<String, Long> stalls = new LinkedHashMap<>();
        for (int i = 0; i < sorted.size(); i++) {
            String cause = i < CAUSES ? Html.shortened(sorted.get(i).getKey()) : "other causes";
            stalls.merge(cause, sorted.get(i).getValue(), Long::sum);
        }
        return new EngineData(Html.shortened(engine.name()), engine.busyCycles(), stalls);
    }

    /** Memory first, then the on-chip buffers as the producer ordered them. */
    static List<Level> levels(Phase phase) {
        Level memory = new Level("memory", phase.memoryBytesRead(), phase.memoryBytesWritten());
        Stream<Level> buffers = phase.buffers().stream()
                .limit(LEVELS - 1)
                .map(b -> new Level(Html.shortened(b.name()), b.bytesRead(), b.bytesWritten()));
        return Stream.concat(Stream.of(memory), buffers).toList();
    }

    static TokenData perToken(List<Long> cycles) {
        int step = Math.max(1, Math.ceilDiv(cycles.size(), TOKENS));
        List<Double> means = IntStream.range(0, Math.ceilDiv(cycles.size(), step))
                .mapToObj(i -> cycles.subList(i * step, Math.min(cycles.size(), (i + 1) * step)))
                .map(run -> run.stream().mapToLong(Long::longValue).average().orElse(0))
                .toList();
        return new TokenData(step, means);
    }
}
