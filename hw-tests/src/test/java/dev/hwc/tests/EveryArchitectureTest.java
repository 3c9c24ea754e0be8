package dev.hwc.tests;

import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpecs;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Does the simulator compute what the reference interpreter computes, for every architecture that the
 * accelerator runs? Every logit of a prompt in large pieces, then of greedy decoding, bit for bit.
 */
class EveryArchitectureTest {
    private static final List<String> PRESETS = List.of("tiny-4x4", "edge-16x16");
    private static final String PROMPT = "Once upon a time, there was a little girl";
    private static final int GENERATED = 8;

    @ParameterizedTest
    @CsvSource({"minicpm-f32", "openelm-f32", "openelm-Q8_0", "bitnet-f32", "bitnet-TQ1_0", "bitnet-TQ2_0"})
    void everyLogitOfARandomModelIsEqual(String name) {
        try (Model model = TestModels.open("random/rand-" + name)) {
            compare(model, GENERATED);
        }
    }

    private static void compare(Model model, int generated) {
        int[] prompt = model.tokenizer().encode(PROMPT, true);
        int length = prompt.length + generated;
        Reference reference = Reference.greedy(model, HardwareSpecs.preset("tiny-4x4"), prompt, length);
        for (String preset : PRESETS) {
            try (SimulatedSession session =
                    new SimulatedSession(model, HardwareSpecs.preset(preset), length, TilingOptions.DEFAULT)) {
                reference.compareGreedy(session, prompt.length, model.source() + " on " + preset);
            }
        }
    }
}
