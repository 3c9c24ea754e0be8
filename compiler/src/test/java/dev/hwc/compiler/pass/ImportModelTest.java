package dev.hwc.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.compiler.SharedModels;
import dev.hwc.ir.format.model.Model;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportModelTest {
    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama31", "qwen2", "minicpm", "openelm", "bitnet", "phi3", "gpt2", "gemma2"})
    void importsEveryArchitecture(String architecture) {
        try (Model model = Model.ofGguf(SharedModels.model("random/rand-" + architecture + "-f32.gguf"))) {
            assertTrue(new ImportModel().run(model).weights().hasData("token_embd.weight"));
        }
    }
}
