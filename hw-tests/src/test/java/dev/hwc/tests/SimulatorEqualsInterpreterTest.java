package dev.hwc.tests;

import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpecs;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Does the simulator compute what the reference interpreter computes? Every logit of every step, bit
 * for bit: a prompt in one piece, then greedy decoding.
 */
class SimulatorEqualsInterpreterTest {
    private static final List<String> PRESETS = List.of("tiny-4x4", "edge-16x16", "npu-32x32");
    private static final String PROMPT = "Once upon a time, there was a little";
    private static final int GENERATED = 128;
    private static final int SHORT = 8;

    @ParameterizedTest
    @CsvSource({
        "stories260K/stories260K-ffn192-Q8_0",
        "stories260K/stories260K-ffn192-Q4_0",
        "stories260K/stories260K-pad256-Q8_0",
        "stories260K/stories260K-pad256-Q4_0",
        // inner dimensions that are no whole blocks, and weights that are quantized for the hardware
        "stories260K/stories260K-f32",
        "stories260K/stories260K-ffn192-F16",
        "stories260K/stories260K-pad256-BF16",
        "stories260K/stories260K-pad256-Q6_K",
        // half-split rotation with biases; larger numbers
        "random/rand-qwen2-Q8_0",
        "random/rand-llama-f32"
    })
    void everyLogitOfEveryStepIsEqual(String name) {
        try (Model model = TestModels.open(name)) {
            compare(model, PROMPT, GENERATED);
        }
    }

    /** Every other type of weights, each with the hardware format of numerics N13; mixtures too. */
    @ParameterizedTest
    @CsvSource({
        "stories260K/stories260K-pad256-Q4_1",
        "stories260K/stories260K-pad256-Q5_0",
        "stories260K/stories260K-ffn192-Q5_1",
        "stories260K/stories260K-pad256-Q2_K",
        "stories260K/stories260K-pad256-Q3_K_M",
        "stories260K/stories260K-pad256-Q4_K_M",
        "stories260K/stories260K-pad256-Q5_K_M",
        "stories260K/stories260K-ffn192-IQ4_NL",
        "stories260K/stories260K-pad256-IQ4_XS",
        "stories260K/stories260K-pad256-TQ1_0",
        "stories260K/stories260K-pad256-TQ2_0",
        "random/rand-qwen2-Q4_K_M",
        // rotation frequencies of Llama 3.1
        "random/rand-llama31-Q4_0"
    })
    void everyLogitOfAShortRunIsEqual(String name) {
        try (Model model = TestModels.open(name)) {
            compare(model, PROMPT, SHORT);
        }
    }

    /** Four bits with zero points; the folders have no tokenizer. */
    @ParameterizedTest
    @ValueSource(strings = {"stories260K-pad256-gptq-g64", "stories260K-pad256-awq-g64"})
    void everyLogitOfPackedFoldersIsEqual(String name) {
        try (Model model = TestModels.folder(name);
                Model vocabulary = TestModels.open("stories260K/stories260K-pad256-Q4_0")) {
            compare(model, vocabulary.tokenizer().encode(PROMPT, true), SHORT);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyLogitOfTheDemoModelsIsEqual() {
        return TestModels.demos().stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> demo(file)));
    }

    private static void demo(Path file) {
        try (Model model = Model.ofGguf(file)) {
            compare(model, "Once upon a time", GENERATED);
        }
    }

    private static void compare(Model model, String text, int generated) {
        compare(model, model.tokenizer().encode(text, true), generated);
    }

    private static void compare(Model model, int[] prompt, int generated) {
        int length = Math.min(prompt.length + generated, model.config().contextLength());
        Reference reference = Reference.greedy(model, HardwareSpecs.preset("tiny-4x4"), prompt, length);
        for (String preset : PRESETS) {
            try (SimulatedSession session =
                    new SimulatedSession(model, HardwareSpecs.preset(preset), length, TilingOptions.DEFAULT)) {
                reference.compareGreedy(session, prompt.length, model.source() + " on " + preset);
            }
        }
        long logits = (long) PRESETS.size()
                * (length - prompt.length + 1)
                * model.config().vocabularySize();
        Campaign.report("simulator = interpreter: " + model.source() + ", " + (length - prompt.length)
                + " generated tokens, " + PRESETS.size() + " presets, " + logits + " logits equal");
    }
}
