package dev.hwc.reports.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.hwc.reports.SampleRun;
import dev.hwc.reports.model.Bound;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.PhaseKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OperatorGroupTest {
    private final Phase decode = SampleRun.report().phases().get(1);

    @Test
    void sumsLayersOfAKindLargestFirst() {
        List<OperatorGroup> groups = OperatorGroup.byKind(decode, 12);
        assertEquals(
                List.of("gate_up", "head", "down_add", "qkv", "output_add", "attention", "embed"),
                groups.stream().map(OperatorGroup::name).toList());
        assertEquals(24, groups.getFirst().count());
        assertEquals(
                decode.operators().stream()
                        .filter(o -> o.kind().equals("gate_up"))
                        .mapToLong(OperatorCost::cycles)
                        .sum(),
                groups.getFirst().cycles());
    }

    @Test
    void limitKeepsTotals() {
        List<OperatorGroup> all = OperatorGroup.byKind(decode, 12);
        List<OperatorGroup> few = OperatorGroup.byKind(decode, 3);
        assertEquals("5 other kinds", few.get(2).name());
        assertEquals(
                all.stream().mapToLong(OperatorGroup::cycles).sum(),
                few.stream().mapToLong(OperatorGroup::cycles).sum());
        assertEquals(decode.macs(), few.stream().mapToLong(OperatorGroup::macs).sum());
    }

    @Test
    void kindsThatTakeNearlyNoTimeAreOneGroupUnlessThereIsOnlyOne() {
        List<OperatorCost> operators = List.of(kind("large", 997), kind("edge", 2), kind("small", 1), kind("none", 0));
        assertEquals(List.of("large", "edge", "2 other kinds"), kinds(operators));
        assertEquals(List.of("large", "edge", "small"), kinds(operators.subList(0, 3)));
    }

    private static List<String> kinds(List<OperatorCost> operators) {
        return OperatorGroup.byKind(phase(operators), 12).stream()
                .map(OperatorGroup::name)
                .toList();
    }

    private static Phase phase(List<OperatorCost> operators) {
        return new Phase(
                "p",
                PhaseKind.DECODE,
                1,
                1000,
                0,
                0,
                0,
                Map.of(),
                Bound.MEMORY,
                0,
                0,
                0,
                operators,
                List.of(),
                List.of(),
                List.of(),
                null);
    }

    private static OperatorCost kind(String kind, long cycles) {
        return new OperatorCost(kind, kind, null, cycles, cycles, 0, 0, 0, 0, 0, 0, Bound.MEMORY, null);
    }

    @Test
    void splitsCyclesByBound() {
        OperatorGroup group =
                OperatorGroup.sum("g", List.of(operator(3, Bound.MEMORY, 0, 1.0), operator(4, Bound.COMPUTE, 1, 2.0)));
        assertEquals(Map.of(Bound.MEMORY, 3L, Bound.COMPUTE, 4L), group.cyclesByBound());
        assertEquals(3.0, group.energyMillijoules());
    }

    @Test
    void energyOfAGroupIsAbsentWhenOneIsAbsent() {
        assertNull(OperatorGroup.sum(
                        "g", List.of(operator(3, Bound.MEMORY, 0, 1.0), operator(4, Bound.COMPUTE, 1, null)))
                .energyMillijoules());
    }

    @Test
    void layersAreColumnsAndDeepModelsAreRanges() {
        List<String> kinds = List.of("qkv", "attention");
        LayerCycles layers = LayerCycles.of(decode, kinds, 128);
        assertEquals(24, layers.layers().size());
        assertEquals("23", layers.layers().getLast());
        LayerCycles ranges = LayerCycles.of(decode, kinds, 5);
        assertEquals(List.of("0–4", "5–9", "10–14", "15–19", "20–23"), ranges.layers());
        assertEquals(
                List.of("qkv", "attention", "other kinds"),
                List.copyOf(ranges.cyclesByKind().keySet()));
        long[] qkv = layers.cyclesByKind().getOrDefault("qkv", new long[0]);
        assertArrayEquals(
                new long[] {qkv[20] + qkv[21] + qkv[22] + qkv[23]},
                new long[] {ranges.cyclesByKind().getOrDefault("qkv", new long[0])[4]});
    }

    private static OperatorCost operator(long cycles, Bound bound, int layer, @Nullable Double energy) {
        return new OperatorCost("o" + layer, "o", layer, cycles, cycles, 0, 0, 0, 0, 0, 0, bound, energy);
    }
}
