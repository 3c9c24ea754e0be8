package dev.hwc.reports.analysis;

import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Elapsed cycles per layer and kind, for a chart with one column per layer.
 *
 * @param layers names of the columns: one layer ("3") or, in deep models, a range ("8–11")
 * @param cyclesByKind kind to one number per column
 */
public record LayerCycles(List<String> layers, Map<String, long[]> cyclesByKind) {

    /**
     * Sums the operators that belong to a layer.
     *
     * @param kinds the kinds to name; operators of other kinds are summed as "other kinds"
     * @param limit most columns; neighbouring layers are summed when there are more
     */
    public static LayerCycles of(Phase phase, List<String> kinds, int limit) {
        int count = 1
                + phase.operators().stream().mapToInt(LayerCycles::layer).max().orElse(-1);
        int width = Math.max(1, Math.ceilDiv(count, limit));
        int columns = Math.ceilDiv(count, width);
        Map<String, long[]> cycles = new LinkedHashMap<>();
        for (OperatorCost operator : phase.operators()) {
            if (operator.layer() != null) {
                String kind = kinds.contains(operator.kind()) ? operator.kind() : "other kinds";
                cycles.computeIfAbsent(kind, k -> new long[columns])[layer(operator) / width] += operator.cycles();
            }
        }
        return new LayerCycles(names(count, width, columns), cycles);
    }

    private static int layer(OperatorCost operator) {
        Integer layer = operator.layer();
        return layer == null ? -1 : layer;
    }

    private static List<String> names(int count, int width, int columns) {
        return IntStream.range(0, columns)
                .mapToObj(c -> width == 1 ? "" + c : c * width + "–" + (Math.min(count, (c + 1) * width) - 1))
                .toList();
    }
}
