package dev.hwc.compiler.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.SharedModels;
import dev.hwc.compiler.pass.CompilationUnit;
import dev.hwc.ir.format.model.HardwareWeights;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.interp.F32;
import dev.hwc.ir.interp.Hardware;
import dev.hwc.ir.interp.Interpreter;
import dev.hwc.ir.interp.Perplexity;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.tensor.LogitRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hardware arithmetic on the canonical program (docs/spec/numerics.md N29). */
class HardwareArithmeticTest {
    private static final int LONGEST_TEXT = 500;

    /** Tolerances in nats per token of the recorded text. */
    @ParameterizedTest
    @CsvSource({
        "stories260K/stories260K-ffn192-Q8_0, 0.02",
        "stories260K/stories260K-ffn192-Q4_0, 0.03",
        "stories260K/stories260K-pad256-Q4_0, 0.03",
        "stories260K/stories260K-f32, 0.02",
        "random/rand-qwen2-Q8_0, 0.02",
        "random/rand-minicpm-f32, 0.02",
        "random/rand-openelm-f32, 0.02",
        "random/rand-openelm-Q8_0, 0.02",
        "random/rand-bitnet-f32, 0.02",
        "random/rand-bitnet-TQ2_0, 0.03",
        "random/rand-gpt2-f32, 0.02",
        "random/rand-gemma2-f32, 0.02",
        "random/rand-gemma2-Q8_0, 0.02",
        "random/rand-gemma2-Q4_0, 0.03",
        "random/rand-phi3-f32, 0.02",
        "random/rand-phi3-Q4_K_M, 0.03"
    })
    void losesLittleAgainstF32(String name, double tolerance) throws IOException {
        try (Model model = open(name)) {
            int[] text = text(model);
            var hardware = new Hardware();
            double plain =
                    Perplexity.of(new Interpreter(model, new F32()), text).nll();
            Interpreter canonical = interpreter(canonical(model, "edge-16x16"), hardware);
            double actual = Perplexity.of(canonical, text).nll();
            System.out.printf("%s: f32 %.6f, hardware %.6f, loss %+.6f nats%n", name, plain, actual, actual - plain);
            assertEquals(plain, actual, tolerance);
            assertEquals(0, hardware.counters().saturatedTerms());
            assertEquals(0, hardware.counters().numericExceptions());
        }
    }

    /** Wide beats pad heads to more zeros, and fusing regroups operations; no bit may depend on either. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "stories260K/stories260K-pad256-Q4_0",
                "stories260K/stories260K-f32",
                "random/rand-qwen2-Q8_0",
                "random/rand-qwen2-f32"
            })
    void bitsDoNotDependOnTheHardwareOrOnFusing(String name) throws IOException {
        try (Model model = open(name)) {
            int[] tokens = Arrays.copyOf(text(model), 20);
            float[] expected =
                    interpreter(canonical(model, "edge-16x16"), new Hardware()).step(tokens, 0);
            for (String preset : List.of("tiny-4x4", "npu-128x128")) {
                assertArrayEquals(
                        expected,
                        interpreter(canonical(model, preset), new Hardware()).step(tokens, 0),
                        preset);
                CompilationUnit fused = FrontEnd.standard(HardwareSpecs.preset(preset))
                        .run(model)
                        .unit();
                assertArrayEquals(expected, interpreter(fused, new Hardware()).step(tokens, 0), preset);
            }
        }
    }

    /** Ternary weights are two bits for the array, and i4 where memory computes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "stories260K/stories260K-pad256-TQ1_0",
                "stories260K/stories260K-pad256-TQ2_0",
                "random/rand-bitnet-TQ1_0",
                "random/rand-bitnet-TQ2_0"
            })
    void ternaryWeightsHaveTheBitsThatTheyHaveInI4(String name) throws IOException {
        try (Model model = open(name)) {
            CompilationUnit ternary = canonical(model, "edge-16x16");
            CompilationUnit wider = canonical(model, "edge-16x16+lpddr5-pim");
            assertTrue(hasTernaryWeights(ternary));
            assertFalse(hasTernaryWeights(wider));
            int[] tokens = Arrays.copyOf(text(model), 40);
            assertArrayEquals(
                    interpreter(wider, new Hardware()).step(tokens, 0),
                    interpreter(ternary, new Hardware()).step(tokens, 0));
        }
    }

    private static boolean hasTernaryWeights(CompilationUnit unit) {
        return unit.program().parameters().stream()
                .anyMatch(weight -> HardwareWeights.format(weight.type()) == BlockMatrix.Format.TERNARY);
    }

    private static CompilationUnit canonical(Model model, String preset) {
        return FrontEnd.canonical(HardwareSpecs.preset(preset), LogitRows.LAST)
                .run(model)
                .unit();
    }

    private static Interpreter interpreter(CompilationUnit unit, Hardware hardware) {
        return new Interpreter(unit.program(), unit.weights()::weight, hardware);
    }

    private static Model open(String name) {
        return Model.ofGguf(SharedModels.model(name + ".gguf"));
    }

    private static int[] text(Model model) throws IOException {
        Path goldens = SharedModels.model("../goldens");
        String text = Files.readString(goldens.resolve("ppl_text.txt"));
        int[] tokens = model.tokenizer().encode(text, true);
        return Arrays.copyOf(tokens, Math.min(tokens.length, LONGEST_TEXT));
    }
}
