package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hwc.ir.format.model.Model;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * F32 against two independent engines. They agree with each other on every token and within 9e-6
 * on every recorded logit, so the same is asked here with a margin for another order of additions. (llama.cpp
 * takes GELU from a table of halves, so models with it are compared in its arithmetic only.)
 */
class F32GoldenTest {
    private static final double LOGIT_TOLERANCE = 1e-4;
    private static final double RELATIVE_LOGIT_TOLERANCE = 2e-4;
    private static final double NLL_TOLERANCE = 1e-5;

    @ParameterizedTest
    @CsvSource({
        "stories260K-f32, llamacpp-stories260K-f32",
        "stories260K-f32, llama2c-stories260K-fp32",
        "stories260K-ffn192-f32, llamacpp-stories260K-ffn192-f32",
        "stories260K-pad256-f32, llamacpp-stories260K-pad256-f32",
        "rand-llama-f32, llamacpp-rand-llama-f32",
        "rand-qwen2-f32, llamacpp-rand-qwen2-f32",
        "rand-llama31-f32, llamacpp-rand-llama31-f32",
        "rand-phi3-f32, llamacpp-rand-phi3-f32",
        "rand-openelm-f32, llamacpp-rand-openelm-f32",
        "rand-minicpm-f32, llamacpp-rand-minicpm-f32",
        "rand-bitnet-f32, llamacpp-rand-bitnet-f32"
    })
    void generatesTheRecordedTokensAndLogits(String modelName, String goldenName) {
        try (Model model = Golden.model(modelName)) {
            var interpreter = new Interpreter(model, new F32());
            List<Golden.Run> runs = Golden.read(goldenName).runs();
            assertEquals(5, runs.size());
            runs.forEach(run -> generates(run, model, interpreter));
        }
    }

    private static double tolerance(double logit) {
        return Math.min(LOGIT_TOLERANCE, RELATIVE_LOGIT_TOLERANCE * Math.abs(logit));
    }

    private static void generates(Golden.Run run, Model model, Interpreter interpreter) {
        int[] prompt = model.tokenizer().encode(run.prompt(), true);
        assertArrayEquals(Golden.array(run.promptIds()), prompt);
        List<float[]> logits = new ArrayList<>();
        int[] ids = Generation.greedy(interpreter, prompt, run.ids().size(), logits::add);
        assertArrayEquals(Golden.array(run.ids()), ids, run.prompt());
        assertFalse(run.tops().isEmpty());
        for (Golden.Top top : run.tops()) {
            checkLogits(top, logits.get(top.step()));
        }
    }

    private static void checkLogits(Golden.Top top, float[] logits) {
        List<Integer> ids = Logits.top(logits, top.ids().size()).stream()
                .map(Logits.Candidate::id)
                .toList();
        assertEquals(top.ids(), ids, "step " + top.step());
        for (int i = 0; i < ids.size(); i++) {
            double expected = top.logits().get(i);
            assertEquals(expected, logits[ids.get(i)], tolerance(expected), "step " + top.step());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "stories260K-f32",
        "stories260K-ffn192-f32",
        "stories260K-pad256-f32",
        "rand-llama-f32",
        "rand-qwen2-f32",
        "rand-llama31-f32",
        "rand-phi3-f32",
        "rand-openelm-f32",
        "rand-minicpm-f32",
        "rand-bitnet-f32"
    })
    void scoresTheTextAsRecorded(String name) {
        try (Model model = Golden.model(name)) {
            var perplexity = Perplexity.of(new Interpreter(model, new F32()), Golden.scoredText(model));
            assertEquals(331, perplexity.tokens());
            assertEquals(Golden.read("llamacpp-" + name).meanNll(), perplexity.nll(), NLL_TOLERANCE);
        }
    }

    @Test
    void prefillOfTheTextGivesTheBitsOfSingleSteps() {
        try (Model model = Golden.model("stories260K-f32")) {
            int[] text = Golden.scoredText(model);
            var interpreter = new Interpreter(model, new F32());
            float[] prefilled = interpreter.step(text, 0);
            var single = interpreter.fork();
            float[] stepped = new float[0];
            for (int i = 0; i < text.length; i++) {
                stepped = single.step(new int[] {text[i]}, i);
            }
            assertArrayEquals(stepped, prefilled);
        }
    }
}
