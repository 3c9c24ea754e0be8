package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Are the cycles plausible? No step beats the array's multiply-accumulates or the memory's bytes
 * ({@link Physics}, which every session checks), a faster memory never makes the same program
 * slower, and a doubled resource never makes a model slower, not by a cycle.
 */
class NeverFasterThanPhysicsTest {
    private static final int[] LATENCIES = {160, 40, 10, 1};

    @ParameterizedTest
    @CsvSource({
        "stories15m@q8_0, tiny-4x4",
        "stories15m@q4_0, edge-8x8",
        "stories15m@q8_0, edge-16x16",
        "qwen2-0.5b@q4_0, npu-32x32",
        "qwen2-0.5b@q8_0, npu-128x128"
    })
    void aFasterMemoryNeverMakesTheSameProgramSlower(String shape, String preset) {
        HardwareSpec spec = HardwareSpecs.preset(preset);
        try (Model model = Model.open(Model.SHAPE_PREFIX + shape)) {
            List<Cycles> narrower = List.of();
            for (int bytes = 1; bytes <= spec.port().beatBytes(); bytes *= 2) {
                List<Cycles> row = new ArrayList<>();
                for (int latency : LATENCIES) {
                    HardwareSpec.MemorySpec memory = new HardwareSpec.MemorySpec("fixed", latency, bytes);
                    row.add(Cycles.untuned(model, spec.withMemory(memory)));
                }
                String place = shape + " on " + preset + " with " + bytes + " bytes a cycle";
                for (int i = 0; i < row.size(); i++) {
                    String at = place + ", latency " + LATENCIES[i];
                    if (!narrower.isEmpty()) {
                        assertNotSlower(narrower.get(i), row.get(i), at + ", against half the bandwidth");
                    }
                    if (i > 0) {
                        assertNotSlower(row.get(i - 1), row.get(i), at + ", against latency " + LATENCIES[i - 1]);
                    }
                }
                narrower = row;
            }
        }
    }

    private static void assertNotSlower(Cycles before, Cycles after, String place) {
        assertTrue(
                after.prefill() <= before.prefill() && after.decode() <= before.decode(),
                () -> place + ": " + after + ", was " + before);
    }

    @ParameterizedTest
    @CsvSource({
        "stories15m@q8_0, tiny-4x4",
        "stories15m@q4_0, tiny-4x4",
        "stories15m@q8_0, edge-8x8",
        "stories15m@q4_0, edge-8x8",
        "stories15m@q8_0, edge-16x16",
        "stories15m@q4_0, edge-16x16",
        "stories15m@q8_0, npu-32x32",
        "stories15m@q4_0, npu-32x32",
        "stories15m@q8_0, npu-128x128",
        "stories15m@q4_0, npu-128x128"
    })
    void doublingAResourceNeverMakesAModelSlower(String shape, String preset) {
        doubleEachResource(shape, preset);
    }

    /** {@code -Dhwc.campaign=true}: every doubling compiles and searches anew, ten minutes in all. */
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true")
    @ParameterizedTest
    @CsvSource({
        "qwen2-0.5b@q8_0, edge-16x16",
        "qwen2-0.5b@q4_0, edge-16x16",
        "qwen2-0.5b@q8_0, npu-32x32",
        "qwen2-0.5b@q4_0, npu-32x32",
        "qwen2-0.5b@q8_0, npu-128x128",
        "qwen2-0.5b@q4_0, npu-128x128"
    })
    void doublingAResourceNeverMakesALargeModelSlower(String shape, String preset) {
        doubleEachResource(shape, preset);
    }

    private static void doubleEachResource(String shape, String preset) {
        HardwareSpec spec = HardwareSpecs.preset(preset);
        List<String> slower = new ArrayList<>();
        try (Model model = Model.open(Model.SHAPE_PREFIX + shape)) {
            Cycles base = Cycles.searched(model, spec.withMemory(spec.idealMemory()));
            Upgrades.of(spec).forEach((upgrade, larger) -> {
                try {
                    Cycles now = Cycles.searched(model, larger);
                    if (now.prefill() > base.prefill() || now.decode() > base.decode()) {
                        slower.add(upgrade + ": " + now + ", was " + base);
                    }
                } catch (CompileException e) {
                    slower.add(upgrade + ": " + e.getMessage());
                }
            });
        }
        assertEquals(List.of(), slower, shape + " on " + preset);
    }
}
