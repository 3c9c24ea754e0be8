package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.DamagedModel;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Damaged files through the whole loader: directory, configuration, tokenizer, weights, program. Each
 * loads or ends in one {@link IrException}, within a second of processor time and little memory.
 */
class GgufFuzzTest {
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
        GgufFuzzTarget.fuzzerInitialize();
        DamagedModel.mutate("GGUF files", seed, count, name -> GgufFuzzTarget.isRefused(name, mutator.next()));
    }
}
