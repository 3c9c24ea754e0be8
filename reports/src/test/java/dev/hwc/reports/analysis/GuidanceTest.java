package dev.hwc.reports.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.reports.SampleRun;
import dev.hwc.reports.model.Bound;
import dev.hwc.reports.model.EngineActivity;
import dev.hwc.reports.model.HardwareInfo;
import dev.hwc.reports.model.ModelInfo;
import dev.hwc.reports.model.OperatorCost;
import dev.hwc.reports.model.Phase;
import dev.hwc.reports.model.PhaseKind;
import dev.hwc.reports.model.RunReport;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A 16×16 array at 500 MHz with 16 bytes per cycle: 256 MACs per cycle, ridge at 16 MACs per byte. */
class GuidanceTest {
    @Test
    void decodeBoundByMemoryNamesBytesAndCeiling() {
        // 1000 cycles per token, 97 % of 16 B/cycle; at 100 % it would be 500 MHz / 970 cycles.
        Phase decode = phase("decode × 4", PhaseKind.DECODE, 4, 31_040, 62_080, Bound.MEMORY, Map.of());
        assertEquals(
                "Decode is bound by memory: 97 % of the 16.0 bytes per cycle of lpddr5-6400 are used, the array does"
                        + " 3.0 % of its MACs. It moves 15.5 kB per token, which allows at most 515,464 tokens/s;"
                        + " fewer bytes per weight or more bandwidth make it faster, a larger array does not.",
                Guidance.sentences(report(decode)).getFirst());
    }

    @Test
    void prefillBoundByComputeNamesWhenMemoryBecomesTheLimit() {
        Phase prefill = phase("prefill 4", PhaseKind.PREFILL, 4, 921_600, 19_200, Bound.COMPUTE, Map.of());
        assertEquals(
                "Prefill is bound by compute: 90 % of the 256 MACs per cycle are used, memory is at 30 % of its"
                        + " peak. More MACs or a higher array clock make it faster, until memory becomes the limit"
                        + " at about 3.00 times today's rate; more bandwidth does not.",
                Guidance.sentences(report(prefill)).getFirst());
    }

    @Test
    void computeWithoutMemoryTrafficPromisesNoLimit() {
        Phase gemm = phase("gemm", PhaseKind.OTHER, 1, 921_600, 0, Bound.COMPUTE, Map.of());
        String sentence = Guidance.sentences(report(gemm)).getFirst();
        assertTrue(sentence.startsWith("The run is bound by compute: "), sentence);
        assertFalse(sentence.contains("until memory"), sentence);
    }

    @Test
    void everyBoundHasItsOwnSentenceWithBothUtilizations() {
        for (Bound bound : Bound.values()) {
            String sentence = Guidance.sentences(
                            report(phase("p", PhaseKind.OTHER, 1, 409_600, 25_600, bound, Map.of())))
                    .getFirst();
            assertTrue(sentence.startsWith("The run is bound by "), sentence);
            assertTrue(sentence.contains("40 %"), sentence);
        }
    }

    @Test
    void severalPhasesOfAKindAreCalledByName() {
        Phase a = phase("decode × 4", PhaseKind.DECODE, 4, 31_040, 62_080, Bound.MEMORY, Map.of());
        Phase b = phase("decode × 4 at 512", PhaseKind.DECODE, 4, 31_040, 62_080, Bound.MEMORY, Map.of());
        List<List<String>> sentences = Guidance.byPhase(report(a, b));
        assertTrue(sentences.get(0).getFirst().startsWith("decode × 4 is bound"));
        assertTrue(sentences.get(1).getFirst().startsWith("decode × 4 at 512 is bound"));
    }

    @Test
    void namesTheLargestKindsSummedOverLayers() {
        Phase decode = phase("d", PhaseKind.DECODE, 4, 31_040, 62_080, Bound.MEMORY, Map.of());
        assertEquals(
                "Most of its cycles go to gate_up (50 %), qkv (25 %) and head (20 %); it reaches 97 % of its roofline.",
                Guidance.sentences(report(decode)).get(1));
    }

    @Test
    void namesWhatTheArrayWaitsForEvenWhenAnotherEngineWaitsLonger() {
        List<String> sentences =
                Guidance.sentences(report(phase("d", PhaseKind.DECODE, 4, 31_040, 62_080, Bound.MEMORY, Map.of())));
        assertTrue(
                sentences.contains(
                        "The matrix engine is stalled for 80 % of the cycles; largest cause: weights (70 %)."),
                sentences.toString());
    }

    @Test
    void countsWithoutScalesOnlyWhenThereAreScales() {
        Phase with = phase(
                "d", PhaseKind.DECODE, 4, 31_040, 62_080, Bound.MEMORY, Map.of("weights", 55_680L, "scales", 6_400L));
        Phase without = phase("d", PhaseKind.DECODE, 4, 31_040, 62_080, Bound.MEMORY, Map.of("weights", 62_080L));
        assertTrue(Guidance.sentences(report(with))
                .contains("Counted without block scales, as some publications do, the bandwidth used is 87 %."));
        assertFalse(Guidance.sentences(report(without)).toString().contains("scales"));
    }

    @Test
    void theSampleRunIsConsistent() {
        assertEquals(List.of(), Consistency.problems(SampleRun.report()));
    }

    static RunReport report(Phase... phases) {
        return new RunReport(
                "0.1.0",
                "hwc bench",
                new ModelInfo("m", "qwen2", 1, 1, Map.of()),
                new HardwareInfo("edge-16x16", "0", 16, 16, 500, 16, "lpddr5-6400", 16, Map.of()),
                "overlap",
                "ideal",
                Map.of(),
                List.of(),
                Arrays.asList(phases));
    }

    /** 4000 cycles; utilizations follow from the counts. */
    static Phase phase(
            String name, PhaseKind kind, long tokens, long macs, long bytes, Bound bound, Map<String, Long> content) {
        long cycles = 4000;
        double macShare = macs / (256.0 * cycles);
        double byteShare = bytes / (16.0 * cycles);
        return new Phase(
                name,
                kind,
                tokens,
                cycles,
                macs,
                bytes,
                0,
                content,
                bound,
                macShare,
                byteShare,
                100 * Math.max(macShare, byteShare),
                List.of(
                        operator("blk.0.qkv", "qkv", 0, cycles / 8),
                        operator("blk.0.gate_up", "gate_up", 0, cycles / 4),
                        operator("blk.1.qkv", "qkv", 1, cycles / 8),
                        operator("blk.1.gate_up", "gate_up", 1, cycles / 4),
                        operator("head", "head", null, cycles / 5)),
                List.of(
                        new EngineActivity("load", cycles / 10, Map.of("buffer full", cycles * 9 / 10)),
                        new EngineActivity(
                                "matrix", cycles / 5, Map.of("weights", cycles * 7 / 10, "drain", cycles / 10))),
                List.of(),
                List.of(),
                null);
    }

    private static OperatorCost operator(String name, String kind, @Nullable Integer layer, long cycles) {
        return new OperatorCost(name, kind, layer, cycles, cycles, 0, 0, cycles, 0, 0, 0, Bound.MEMORY, null);
    }
}
