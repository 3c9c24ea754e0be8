package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.DamagedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged folders through the whole loader: configuration, index, header, weights, program. Each loads or
 * ends in one {@link IrException} of one line, within a second of processor time and little memory.
 */
class FolderFuzzTest {
    @TempDir
    private Path folder;

    @Test
    void tenThousandMutationsLoadOrAreRefused() throws IOException {
        mutate(1, 10_000);
    }

    @Test
    @EnabledIfSystemProperty(named = "hwc.campaign", matches = "true") // minutes
    void halfAMillionMutationsLoadOrAreRefused() throws IOException {
        mutate(2, 500_000);
    }

    private void mutate(long seed, int count) throws IOException {
        FolderMutator mutator = new FolderMutator(new Random(seed));
        DamagedModel.mutate("folders", seed, count, name -> {
            mutator.next(folder);
            return DamagedModel.isRefused(name, () -> Model.ofFolder(folder), model -> {});
        });
    }
}
