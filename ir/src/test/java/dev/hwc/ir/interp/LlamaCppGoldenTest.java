package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.format.model.Model;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Quantized files against llama.cpp. Logits agree to rounding until the first activation that lands
 * on the other side of a rounding boundary, because another order of additions moved it by an ulp;
 * from there the difference is one of quantization, so not every prompt can be compared closely.
 */
class LlamaCppGoldenTest {
    private static final double NLL_TOLERANCE = 0.005;
    private static final double SAME_ROUNDING = 1e-5;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stories260K-f32",
                "stories260K-ffn192-F16",
                "stories260K-pad256-BF16",
                "stories260K-ffn192-Q8_0",
                "stories260K-pad256-Q8_0",
                "stories260K-ffn192-Q4_0",
                "stories260K-pad256-Q4_0",
                "stories260K-ffn192-IQ4_NL",
                "stories260K-pad256-IQ4_NL",
                "stories260K-pad256-IQ4_XS",
                "stories260K-pad256-Q4_1",
                "stories260K-pad256-Q5_0",
                "stories260K-ffn192-Q5_1",
                "stories260K-pad256-Q5_1",
                "stories260K-pad256-Q2_K",
                "stories260K-pad256-Q3_K_M",
                "stories260K-pad256-Q4_K_M",
                "stories260K-pad256-Q5_K_M",
                "stories260K-pad256-Q6_K",
                "stories260K-pad256-TQ1_0",
                "stories260K-pad256-TQ2_0",
                "rand-llama-IQ4_XS",
                "rand-llama-Q2_K",
                "rand-llama-Q3_K_M",
                "rand-qwen2-Q4_K_M",
                "rand-llama31-Q4_0",
                "rand-llama31-Q6_K",
                "rand-phi3-Q4_K_M",
                "rand-openelm-Q8_0",
                "rand-gemma2-Q8_0",
                "rand-gemma2-Q4_0",
                "rand-bitnet-TQ1_0",
                "rand-bitnet-TQ2_0",
                "rand-qwen2-Q8_0"
            })
    void scoresTheTextAsRecorded(String name) {
        try (Model model = Golden.model(name)) {
            var perplexity = Perplexity.of(new Interpreter(model, new LlamaCpp()), Golden.scoredText(model));
            assertEquals(Golden.read("llamacpp-" + name).meanNll(), perplexity.nll(), NLL_TOLERANCE);
        }
    }

    /**
     * Prompts whose first logits agree to rounding, at least, of five: the formats are those of
     * llama.cpp. In the others an activation falls on the other side of a rounding boundary; how far
     * their logits are off is the last column.
     */
    @ParameterizedTest
    @CsvSource({
        "stories260K-f32, 5, 0",
        "stories260K-ffn192-Q8_0, 4, 0.06",
        "stories260K-pad256-Q8_0, 4, 0.06",
        "stories260K-ffn192-Q4_0, 5, 0",
        "stories260K-ffn192-IQ4_NL, 5, 0",
        "stories260K-pad256-IQ4_NL, 5, 0",
        "stories260K-pad256-IQ4_XS, 5, 0",
        "stories260K-pad256-Q4_1, 5, 0",
        "stories260K-pad256-Q5_0, 5, 0",
        "stories260K-ffn192-Q5_1, 3, 0.1",
        "stories260K-pad256-Q5_1, 3, 0.07",
        "stories260K-pad256-Q2_K, 5, 0",
        "stories260K-pad256-Q3_K_M, 5, 0",
        "stories260K-pad256-Q4_K_M, 5, 0",
        "stories260K-pad256-Q5_K_M, 4, 0.16",
        "stories260K-pad256-Q6_K, 5, 0",
        "stories260K-pad256-TQ1_0, 5, 0",
        "stories260K-pad256-TQ2_0, 5, 0",
        "rand-llama-IQ4_XS, 4, 0.08",
        "rand-llama-Q2_K, 5, 0",
        "rand-llama-Q3_K_M, 5, 0",
        "rand-qwen2-Q4_K_M, 4, 0.03",
        "rand-llama31-Q4_0, 5, 0",
        "rand-llama31-Q6_K, 5, 0",
        "rand-phi3-Q4_K_M, 5, 0",
        "rand-openelm-Q8_0, 4, 0.06",
        "rand-gemma2-Q8_0, 2, 0.08",
        "rand-gemma2-Q4_0, 3, 0.12",
        "rand-bitnet-TQ1_0, 5, 0",
        "rand-bitnet-TQ2_0, 5, 0",
        "rand-qwen2-Q8_0, 5, 0"
    })
    void firstLogitsAgreeToRounding(String name, int least, double others) {
        try (Model model = Golden.model(name)) {
            var interpreter = new Interpreter(model, new LlamaCpp());
            List<Double> differences = Golden.read("llamacpp-" + name).runs().stream()
                    .map(run -> firstDifference(run, interpreter))
                    .toList();
            long close = differences.stream().filter(d -> d <= SAME_ROUNDING).count();
            assertTrue(close >= least, differences.toString());
            assertTrue(
                    differences.stream().allMatch(d -> d <= Math.max(SAME_ROUNDING, others)), differences.toString());
        }
    }

    private static double firstDifference(Golden.Run run, Interpreter interpreter) {
        int[] prompt = run.promptIds().stream().mapToInt(Integer::intValue).toArray();
        float[] logits = interpreter.step(prompt, 0);
        Golden.Top top = run.tops().getFirst();
        double largest = 0;
        for (int i = 0; i < top.ids().size(); i++) {
            largest = Math.max(
                    largest, Math.abs(logits[top.ids().get(i)] - top.logits().get(i)));
        }
        return largest;
    }
}
