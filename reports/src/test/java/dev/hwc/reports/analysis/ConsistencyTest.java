package dev.hwc.reports.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.reports.model.Bound;
import dev.hwc.reports.model.EngineActivity;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.PhaseKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Peaks as in {@link GuidanceTest}: 256 MACs and 16 bytes per cycle; a phase of 1000 cycles. */
class ConsistencyTest {
    private static final List<Long> NO_TOKENS = List.of();

    @Test
    void acceptsNumbersThatAgree() {
        assertEquals(List.of(), problems(0.5, 0.25, 50, operator(1000, 128_000, 4000), 900, List.of(400L, 600L)));
    }

    @Test
    void findsAUtilizationThatItsCountsContradict() {
        assertOne(
                "macUtilization is 0.600, but its counts give 0.500",
                problems(0.6, 0.25, 50, operator(1000, 128_000, 4000), 900, NO_TOKENS));
        assertOne(
                "bandwidthUtilization is 0.300, but its counts give 0.250",
                problems(0.5, 0.3, 50, operator(1000, 128_000, 4000), 900, NO_TOKENS));
    }

    @Test
    void findsMoreThanTheRoof() {
        assertOne(
                "rooflinePercent is 101.0, above 100: a peak is understated",
                problems(0.5, 0.25, 101, operator(1000, 128_000, 4000), 900, NO_TOKENS));
    }

    @Test
    void findsOperatorsThatDoNotAddUp() {
        assertOne(
                "macs of its operators add up to 1, but macs is 128,000",
                problems(0.5, 0.25, 50, operator(1000, 1, 4000), 900, NO_TOKENS));
        assertOne(
                "memoryBytes of its operators add up to 2, but memory bytes is 4,000",
                problems(0.5, 0.25, 50, operator(1000, 128_000, 2), 900, NO_TOKENS));
        assertOne(
                "operators took 1,001 cycles, the phase only 1,000",
                problems(0.5, 0.25, 50, operator(1001, 128_000, 4000), 900, NO_TOKENS));
    }

    @Test
    void findsAnOperatorThatIsFasterThanMemoryOrArrayInItsActiveCycles() {
        String found = "1 operators are faster than the hardware allows, first o: 128,000 MACs and 4,000 bytes in ";
        assertOne(found + "499 cycles", problems(0.5, 0.25, 50, active(499, 128_000, 4000), 900, NO_TOKENS));
        assertEquals(List.of(), problems(0.5, 0.25, 50, active(500, 128_000, 4000), 900, NO_TOKENS));
        assertOne(
                "macs of its operators add up to 1, but macs is 128,000",
                problems(0.5, 0.25, 50, active(250, 1, 4000), 900, NO_TOKENS));
        assertEquals(
                2, problems(0.5, 0.25, 50, active(249, 1, 4000), 900, NO_TOKENS).size());
    }

    @Test
    void findsTokensThatDoNotAddUp() {
        assertOne(
                "perTokenCycles add up to 999, but cycles is 1,000",
                problems(0.5, 0.25, 50, operator(1000, 128_000, 4000), 900, List.of(400L, 599L)));
    }

    @Test
    void findsAnEngineThatWorkedLongerThanThePhase() {
        assertOne(
                "engine matrix accounts for 1,001 cycles, the phase has 1,000",
                problems(0.5, 0.25, 50, operator(1000, 128_000, 4000), 901, NO_TOKENS));
    }

    private static void assertOne(String problem, List<String> problems) {
        assertEquals(List.of("p: " + problem), problems);
    }

    private static List<String> problems(
            double macShare, double byteShare, double roofline, OperatorCost operator, long stall, List<Long> tokens) {
        Phase phase = new Phase(
                "p",
                PhaseKind.DECODE,
                2,
                1000,
                128_000,
                3000,
                1000,
                Map.of("weights", 4000L),
                Bound.LATENCY,
                macShare,
                byteShare,
                roofline,
                List.of(operator),
                List.of(new EngineActivity("matrix", 100, Map.of("w", stall))),
                List.of(),
                tokens,
                null);
        return Consistency.problems(GuidanceTest.report(phase));
    }

    private static OperatorCost operator(long cycles, long macs, long bytes) {
        return operator(cycles, cycles, macs, bytes);
    }

    private static OperatorCost active(long activeCycles, long macs, long bytes) {
        return operator(1000, activeCycles, macs, bytes);
    }

    private static OperatorCost operator(long cycles, long activeCycles, long macs, long bytes) {
        return new OperatorCost("o", "o", 0, cycles, activeCycles, 0, 0, 0, 0, macs, bytes, Bound.LATENCY, null);
    }
}
