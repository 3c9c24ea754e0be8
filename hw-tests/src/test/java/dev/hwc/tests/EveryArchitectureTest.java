package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpecs;
import java.util.Arrays;
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
    @CsvSource({
        "minicpm-f32",
        "openelm-f32",
        "openelm-Q8_0",
        "bitnet-f32",
        "bitnet-TQ1_0",
        "bitnet-TQ2_0",
        "gpt2-f32",
        "phi3-f32"
    })
    void everyLogitOfARandomModelIsEqual(String name) {
        try (Model model = TestModels.open("random/rand-" + name)) {
            compare(model, model.tokenizer().encode(PROMPT, true));
        }
    }

    /** A prompt that ends behind the window of 64 tokens, and tokens that follow it. */
    @ParameterizedTest
    @CsvSource({"phi3-f32", "phi3-Q4_K_M"})
    void everyLogitBehindASlidingWindowIsEqual(String name) {
        try (Model model = TestModels.open("random/rand-" + name)) {
            int window = model.config().features().slidingWindow();
            assertEquals(64, window);
            int[] text = model.tokenizer().encode(PROMPT.repeat(8), true);
            compare(model, Arrays.copyOf(text, window + 13));
        }
    }

    private static void compare(Model model, int[] prompt) {
        int length = prompt.length + GENERATED;
        Reference reference = Reference.greedy(model, HardwareSpecs.preset("tiny-4x4"), prompt, length);
        for (String preset : PRESETS) {
            try (SimulatedSession session =
                    new SimulatedSession(model, HardwareSpecs.preset(preset), length, TilingOptions.DEFAULT)) {
                reference.compareGreedy(session, prompt.length, model.source() + " on " + preset);
            }
        }
    }
}
