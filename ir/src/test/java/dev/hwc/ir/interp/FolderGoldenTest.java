package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.format.SharedData;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            assertEquals(GgmlType.Q4_ZP, gptq.weight("blk.0.ffn_up.weight").type());
            for (WeightTensor weight : gptq.weights()) {
                assertEquals(weight.type(), awq.weight(weight.name()).type(), weight.name());
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

    /** Folders of the other architectures, made of the GGUF files; those agree with recorded outputs. */
    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "phi3", "gemma2", "openelm", "minicpm", "bitnet", "gpt2"})
    void foldersGiveTheLogitsOfTheirGgufFiles(String architecture, @TempDir Path folder) throws IOException {
        try (Model gguf = Golden.model("rand-" + architecture + "-f32");
                Model read = Model.ofFolder(FolderOfGguf.of(gguf).write(folder))) {
            assertEquals(gguf.config().features(), read.config().features());
            int[] tokens = {1, 17, 300, 4, 511, 99, 256, 3};
            float[] expected = new Interpreter(gguf, new F32()).step(tokens, 0);
            float[] actual = new Interpreter(read, new F32()).step(tokens, 0);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], 1e-4 * (1 + Math.abs(expected[i])), "logit " + i);
            }
        }
    }

    private static int[] array(List<Integer> ids) {
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
