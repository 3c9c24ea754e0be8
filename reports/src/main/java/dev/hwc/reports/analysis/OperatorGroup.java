package dev.hwc.reports.analysis;

import dev.hwc.reports.model.Bound;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Operators summed: all layers of a kind, or all kinds of a layer.
 *
 * @param name the kind or layer
 * @param count operators summed
 * @param cyclesByBound elapsed cycles split by what bounds each operator; only bounds that occur
 * @param energyMillijoules absent when any operator has none
 */
public record OperatorGroup(
        String name,
        int count,
        long cycles,
        long activeCycles,
        long matrixBusyCycles,
        long vectorBusyCycles,
        long loadBusyCycles,
        long storeBusyCycles,
        long macs,
        long memoryBytes,
        Map<Bound, Long> cyclesByBound,
        @Nullable Double energyMillijoules) {
    /** A kind with less of the phase's cycles is invisible in a chart. */
    private static final double LEAST_SHARE = 0.002;

    /**
     * One group per kind, most cycles first. Kinds beyond {@code limit - 1}, and those that take
     * nearly no time, are summed into one last group "N other kinds", so that totals stay right.
     *
     * @param limit most groups returned, at least 2
     */
    public static List<OperatorGroup> byKind(Phase phase, int limit) {
        Map<String, List<OperatorCost>> kinds = group(phase.operators(), OperatorCost::kind);
        List<OperatorGroup> groups = kinds.entrySet().stream()
                .map(e -> sum(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingLong(OperatorGroup::cycles).reversed())
                .toList();
        int large = (int) groups.stream()
                .filter(g -> g.cycles() >= LEAST_SHARE * phase.cycles())
                .count();
        int named = groups.size() > limit ? Math.min(large, limit - 1) : large;
        if (groups.size() - named < 2) {
            return groups;
        }
        List<OperatorGroup> shown = groups.subList(0, named);
        List<OperatorCost> rest = groups.stream()
                .skip(named)
                .flatMap(g -> kinds.getOrDefault(g.name(), List.of()).stream())
                .toList();
        String name = (groups.size() - shown.size()) + " other kinds";
        return Stream.concat(shown.stream(), Stream.of(sum(name, rest))).toList();
    }

    /** Sums operators under a name. */
    public static OperatorGroup sum(String name, List<OperatorCost> operators) {
        return new OperatorGroup(
                name,
                operators.size(),
                total(operators, OperatorCost::cycles),
                total(operators, OperatorCost::activeCycles),
                total(operators, OperatorCost::matrixBusyCycles),
                total(operators, OperatorCost::vectorBusyCycles),
                total(operators, OperatorCost::loadBusyCycles),
                total(operators, OperatorCost::storeBusyCycles),
                total(operators, OperatorCost::macs),
                total(operators, OperatorCost::memoryBytes),
                cyclesByBound(operators),
                energy(operators));
    }

    /** The bound that holds for most of the elapsed cycles; null when the group took no cycle. */
    public @Nullable Bound bound() {
        return cyclesByBound.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    static Map<String, List<OperatorCost>> group(List<OperatorCost> operators, Function<OperatorCost, String> key) {
        return operators.stream().collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
    }

    private static long total(List<OperatorCost> operators, Function<OperatorCost, Long> field) {
        return operators.stream().mapToLong(field::apply).sum();
    }

    private static Map<Bound, Long> cyclesByBound(List<OperatorCost> operators) {
        Map<Bound, Long> cycles = new EnumMap<>(Bound.class);
        operators.stream().filter(o -> o.cycles() > 0).forEach(o -> cycles.merge(o.bound(), o.cycles(), Long::sum));
        return cycles;
    }

    private static @Nullable Double energy(List<OperatorCost> operators) {
        double total = 0;
        for (OperatorCost operator : operators) {
            Double energy = operator.energyMillijoules();
            if (energy == null) {
                return null;
            }
            total += energy;
        }
        return total;
    }
}
