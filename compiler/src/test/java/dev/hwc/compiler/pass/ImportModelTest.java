package dev.hwc.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.CompileException;
import dev.hwc.compiler.SharedModels;
import dev.hwc.ir.format.model.Model;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImportModelTest {
    /** The first operation that the accelerator does not have, in one line that says what to do. */
    @ParameterizedTest
    @CsvSource({"gemma2, %blk.0.attn = attention"})
    void refusesWhatTheAcceleratorDoesNotHave(String architecture, String operation) {
        String file = "rand-" + architecture + "-f32.gguf";
        try (Model model = Model.ofGguf(SharedModels.model("random/" + file))) {
            String message = String.valueOf(assertThrows(CompileException.class, () -> new ImportModel().run(model))
                    .getMessage());
            assertTrue(message.startsWith(file + ": the accelerator cannot run " + operation), message);
            assertTrue(message.endsWith("; use --backend reference"), message);
            assertEquals(1, message.lines().count());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama31", "qwen2", "minicpm", "openelm", "bitnet", "phi3", "gpt2"})
    void importsWhatItHas(String architecture) {
        try (Model model = Model.ofGguf(SharedModels.model("random/rand-" + architecture + "-f32.gguf"))) {
            assertTrue(new ImportModel().run(model).weights().hasData("token_embd.weight"));
        }
    }
}
