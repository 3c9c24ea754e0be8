package dev.hwc.compiler.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpecs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompileSummaryTest {
    private static CompileSummary summary(int tokens, long position) {
        try (Model model = Model.open("shape:stories15m@q8_0");
                CompiledModel compiled =
                        CompiledModel.compile(model, HardwareSpecs.preset("edge-16x16"), 256, TilingOptions.DEFAULT)) {
            CompileSummary summary = CompileSummary.of(compiled, tokens, position);
            assertEquals(compiled.layout().weightBytes(), summary.weightBytes());
            assertEquals(compiled.step(tokens).program().size(), summary.instructions());
            assertEquals(compiled.step(tokens).scratchpadPeakBytes(), summary.scratchpadPeakBytes());
            return summary;
        }
    }

    private static CompileSummary.OperatorBound bound(CompileSummary summary, String kind) {
        return summary.bounds().stream()
                .filter(bound -> bound.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void decodeIsBoundByMemoryAndPrefillByTheArray() {
        CompileSummary decode = summary(1, 10);
        CompileSummary prefill = summary(80, 0);
        for (String kind : List.of("output_add", "gate_up", "down_add", "head")) {
            assertEquals("memory", bound(decode, kind).bound(), kind);
        }
        for (String kind : List.of("output_add", "gate_up", "down_add")) {
            assertEquals("matrix", bound(prefill, kind).bound(), kind);
        }
    }

    @Test
    void countsBytesAndProductsOfAProjection() {
        // down: 288 outputs of 768 inputs in 6 layers; 34 bytes per 32 weights; 8 bytes per cycle
        CompileSummary.OperatorBound down = bound(summary(1, 10), "down_add");
        assertEquals(6 * 288 * 768L, down.macs());
        int bytesPerCycle = HardwareSpecs.preset("edge-16x16").memory().bytesPerCycle();
        assertEquals(6 * 288 * (768 / 32) * 34L / bytesPerCycle, down.memoryCycles());
        assertTrue(down.matrixCycles() >= 6 * 288 / 16 * 768, "feed cycles " + down.matrixCycles());
    }

    @Test
    void attentionGrowsWithThePosition() {
        long early = bound(summary(1, 0), "attention").memoryCycles();
        long late = bound(summary(1, 255), "attention").memoryCycles();
        assertTrue(late > 4 * early, early + " and " + late);
    }

    @Test
    void countsCommandsPerEngine() {
        Map<String, Long> engines = summary(1, 10).engines();
        assertEquals(List.of("load", "matrix", "vector", "store"), List.copyOf(engines.keySet()));
        assertTrue(engines.values().stream().allMatch(count -> count > 100), engines::toString);
    }
}
