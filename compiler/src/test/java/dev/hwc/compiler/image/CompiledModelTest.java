package dev.hwc.compiler.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.lower.TilingOptions;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.hw.HardwareSpec;
import dev.hwc.ir.hw.HardwareSpecs;
import dev.hwc.ir.isa.ProgramValidator;
import dev.hwc.ir.isa.TokenCheck;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompiledModelTest {
    @ParameterizedTest
    @CsvSource({
        "shape:stories15m@q8_0, edge-8x8, 64",
        "shape:stories15m@q4_0, edge-16x16, 256",
        "shape:qwen2-0.5b@q8_0, npu-32x32, 528",
        "shape:qwen2-0.5b@q4_0, edge-16x16, 512",
        "shape:qwen2-0.5b@q4_0, npu-128x128, 512",
        "shape:llama-2-7b@q4_0, npu-32x32, 512",
        "shape:llama-2-7b@q8_0, npu-128x128, 512"
    })
    void programsAreValidAndSpendAllTokens(String shape, String preset, int context) {
        try (Model model = Model.open(shape);
                CompiledModel compiled =
                        CompiledModel.compile(model, HardwareSpecs.preset(preset), context, TilingOptions.DEFAULT)) {
            for (int tokens : List.of(1, 3, compiled.maxTokens())) {
                StepProgram step = compiled.step(tokens);
                ProgramValidator.check(step.program(), compiled.spec());
                for (long position : List.of(0L, 1L, 37L, (long) context - tokens)) {
                    if (position < 0) {
                        continue;
                    }
                    TokenCheck.check(step.program(), compiled.arguments(step, position));
                }
            }
            assertTrue(compiled.maxTokens() > 1, "prefill takes several tokens at once");
        }
    }

    @Test
    void theLargestStepFitsTheInstructionMemoryToo() {
        HardwareSpec tiny = HardwareSpecs.preset("tiny-4x4");
        HardwareSpec.Buffers b = tiny.buffers();
        HardwareSpec.Buffers more = new HardwareSpec.Buffers(
                b.weightKib(), 2 * b.activationKib(), b.outputKib(), b.vectorKib(), b.loadKib(), b.storeKib(), 1024);
        HardwareSpec spec =
                new HardwareSpec("tiny", 100, tiny.array(), tiny.vectorLanes(), more, tiny.port(), tiny.memory());
        try (Model model = Model.open("shape:stories15m@q8_0");
                CompiledModel compiled = CompiledModel.compile(model, spec, 160, TilingOptions.DEFAULT)) {
            ProgramValidator.check(compiled.step(compiled.maxTokens()).program(), spec);
        }
    }

    @Test
    void refusesAModelThatDoesNotFit() {
        try (Model model = Model.open("shape:llama-2-7b@q8_0")) {
            CompileException e = assertThrows(
                    CompileException.class,
                    () -> CompiledModel.compile(model, HardwareSpecs.preset("tiny-4x4"), 512, TilingOptions.DEFAULT));
            assertTrue(String.valueOf(e.getMessage()).contains("tiny-4x4"), e.getMessage());
            assertEquals(1, String.valueOf(e.getMessage()).lines().count());
        }
    }
}
