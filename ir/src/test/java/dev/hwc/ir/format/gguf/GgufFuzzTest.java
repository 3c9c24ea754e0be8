package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.DamagedModel;
import dev.hwc.ir.format.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files through the whole loader: directory, configuration, tokenizer, weights, program. Each
 * loads or ends in one {@link IrException}, within a second of processor time and little memory.
 */
class GgufFuzzTest {
    @TempDir
    Path folder;

    @Test
    void twentyThousandMutationsLoadOrAreRefused() throws IOException {
        mutate(1, 20_000);
    }

    @Test
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true") // minutes
    void aMillionMutationsLoadOrAreRefused() throws IOException {
        mutate(2, 1_000_000);
    }

    private void mutate(long seed, int count) throws IOException {
        GgufMutator mutator = new GgufMutator(new Random(seed));
        Path file = folder.resolve("model.gguf");
        DamagedModel.mutate("GGUF files", seed, count, name -> {
            Files.write(file, mutator.next());
            return DamagedModel.isRefused(
                    name, () -> Model.ofGguf(file), model -> model.tokenizer().encode("t1 t2", true));
        });
    }
}
