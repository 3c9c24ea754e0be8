package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightTensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hugging Face folders against the same recorded outputs as GGUF files; ids are given, not text. */
class FolderGoldenTest {
    private static final double RELATIVE = 2e-5;

    private static Model folder(String name) {
        return Model.ofFolder(SharedData.model("stories260K-" + name));
    }

    @ParameterizedTest
    @CsvSource({
        "hf-f32, llamacpp-stories260K-f32",
        "pad256-gptq-g64, llamacpp-dequantised-gptq-awq-g64",
        "pad256-awq-g64, llamacpp-dequantised-gptq-awq-g64"
    })
    void generatesTheRecordedTokensAndLogits(String name, String golden) {
        try (Model model = folder(name)) {
            var interpreter = new Interpreter(model, new F32());
            for (Golden.Run run : Golden.read(golden).runs()) {
                int[] prompt = array(run.promptIds());
                assertArrayEquals(
                        array(run.ids()),
                        Generation.greedy(interpreter, prompt, run.ids().size()));
                float[] logits = interpreter.step(prompt, 0);
                Golden.Top top = run.tops().getFirst();
                for (int i = 0; i < top.ids().size(); i++) {
                    double expected = top.logits().get(i);
                    assertEquals(expected, logits[top.ids().get(i)], RELATIVE * Math.abs(expected));
                }
            }
        }
    }

    @Test
    void gptqAndAwqOfOneModelAreEqual() {
        try (Model gptq = folder("pad256-gptq-g64");
                Model awq = folder("pad256-awq-g64")) {
            for (WeightTensor weight : gptq.weights()) {
                for (long row = 0; row < weight.rows(); row++) {
                    assertArrayEquals(weight.row(row), awq.weight(weight.name()).row(row), weight.name());
                }
            }
        }
    }

    /** BF16 keeps eight bits of each weight. */
    @Test
    void bf16IsTheF32FolderRounded() {
        try (Model exact = folder("hf-f32");
                Model rounded = folder("hf-bf16")) {
            for (WeightTensor weight : exact.weights()) {
                float[] expected = weight.row(0);
                float[] actual = rounded.weight(weight.name()).row(0);
                for (int i = 0; i < expected.length; i++) {
                    assertTrue(Math.abs(expected[i] - actual[i]) <= Math.abs(expected[i]) / 256, weight.name());
                }
            }
        }
    }

    private static int[] array(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
