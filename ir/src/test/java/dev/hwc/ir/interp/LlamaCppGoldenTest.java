package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What llama.cpp recorded of a GGUF file, in its arithmetic: the same bits. 32 tokens of each prompt, all 128
 * with {@code -Dhwc.campaign=true}.
 */
class LlamaCppGoldenTest {
    private static final String ENGINE = "llamacpp-";
    /** Nine digits are recorded of logits, which are floats, and of the likelihood, which llama.cpp adds up otherwise. */
    private static final double NLL_TOLERANCE = 1e-7;

    private static final int TOKENS = Boolean.getBoolean("hwc.campaign") ? 128 : 32;

    static Stream<String> names() {
        return SharedData.goldens().stream()
                .filter(name -> name.startsWith(ENGINE) && !name.contains("dequantised"))
                .map(name -> name.substring(ENGINE.length()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyTokenAndLogitIsTheRecordedOne(String name) {
        Golden golden = Golden.read(ENGINE + name);
        try (Model model = Golden.model(name)) {
            Interpreter interpreter = new Interpreter(model, new LlamaCpp());
            golden.runs().forEach(run -> compare(run, model, interpreter));
            double nll = Perplexity.of(interpreter, Golden.scoredText(model)).nll();
            assertEquals(golden.meanNll(), nll, NLL_TOLERANCE);
        }
    }

    private static void compare(Golden.Run run, Model model, Interpreter interpreter) {
        int[] prompt = model.tokenizer().encode(run.prompt(), true);
        assertArrayEquals(Golden.array(run.promptIds()), prompt);
        List<float[]> logits = new ArrayList<>();
        int[] ids = Generation.greedy(interpreter, prompt, TOKENS, logits::add);
        assertArrayEquals(Golden.array(run.ids().subList(0, TOKENS)), ids, run.prompt());
        for (Golden.Top top : run.tops().stream().filter(t -> t.step() < TOKENS).toList()) {
            float[] row = logits.get(top.step());
            for (int i = 0; i < top.ids().size(); i++) {
                String place = run.prompt() + ", step " + top.step() + ", token "
                        + top.ids().get(i);
                assertEquals(top.logits().get(i).floatValue(), row[top.ids().get(i)], place);
            }
        }
    }
}
