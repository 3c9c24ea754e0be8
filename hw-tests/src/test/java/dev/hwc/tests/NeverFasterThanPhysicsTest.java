package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Are the cycles plausible? No step beats the array's multiply-accumulates or the memory's bytes
 * ({@link Physics}, which every session checks), a faster memory never makes the same program
 * slower, and a doubled resource never makes a model slower, but for the cases that {@code
 * slower-upgrades.csv} names with their causes.
 */
class NeverFasterThanPhysicsTest {
    private static final int PROMPT = 128;
    private static final int CONTEXT = 160;
    private static final int[] LATENCIES = {160, 40, 10, 1};

    /** Cycles of a prompt and of the decode step after it. */
    private record Cycles(long prefill, long decode) {}

    private static Cycles run(Model model, HardwareSpec spec) {
        try (SimulatedSession session = new SimulatedSession(model, spec, CONTEXT, TilingOptions.DEFAULT)) {
            session.prefill(new int[PROMPT]);
            long prefill = session.cycles();
            session.step(0);
            return new Cycles(prefill, session.cycles() - prefill);
        }
    }

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
                    row.add(run(model, spec.withMemory(memory)));
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
                after.prefill <= before.prefill && after.decode <= before.decode,
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
        "stories15m@q4_0, npu-128x128",
        "qwen2-0.5b@q8_0, edge-16x16",
        "qwen2-0.5b@q4_0, edge-16x16",
        "qwen2-0.5b@q8_0, npu-32x32",
        "qwen2-0.5b@q4_0, npu-32x32",
        "qwen2-0.5b@q8_0, npu-128x128",
        "qwen2-0.5b@q4_0, npu-128x128"
    })
    void doublingAResourceNeverMakesAModelSlower(String shape, String preset) {
        HardwareSpec spec = HardwareSpecs.preset(preset);
        List<KnownSlowdown> known = KnownSlowdown.of(shape, preset);
        List<String> surprises = new ArrayList<>();
        try (Model model = Model.open(Model.SHAPE_PREFIX + shape)) {
            Cycles base = run(model, spec.withMemory(spec.idealMemory()));
            Upgrades.of(spec).forEach((upgrade, larger) -> {
                String from = shape + "," + preset + "," + upgrade;
                try {
                    Cycles now = run(model, larger);
                    compare(from + ",prefill", base.prefill, now.prefill, known, surprises);
                    compare(from + ",decode", base.decode, now.decode, known, surprises);
                } catch (CompileException e) {
                    if (KnownSlowdown.factor(known, from + ",fit") == 1) {
                        surprises.add(from + ",fit: " + e.getMessage());
                    }
                }
            });
        }
        assertEquals(List.of(), surprises, "slower, or slower than slower-upgrades.csv says");
    }

    private static void compare(
            String what, long before, long after, List<KnownSlowdown> known, List<String> surprises) {
        if (after > KnownSlowdown.factor(known, what) * before) {
            surprises.add("%s,%.4f: %d cycles, before %d"
                    .formatted(what, Math.ceil(1e4 * after / before) / 1e4, after, before));
        }
    }
}
