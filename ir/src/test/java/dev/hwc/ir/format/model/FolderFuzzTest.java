package dev.hwc.ir.format.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.hwc.ir.IrException;
import dev.hwc.ir.tensor.ArchitectureBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MAXIMUM_NANOS = 1_000_000_000L;
    private static final long MAXIMUM_BYTES = 8L << 20;

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
        int refused = 0;
        for (int i = 0; i < count; i++) {
            mutator.next(folder);
            refused += isRefused("mutation " + i + " of seed " + seed) ? 1 : 0;
        }
        System.out.println("[exactness] " + count + " mutations of folders, " + refused + " refused");
        assertTrue(refused > count / 2 && refused < count, refused + " refused");
    }

    private boolean isRefused(String name) {
        long started = THREADS.getCurrentThreadCpuTime();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        boolean refused = false;
        try (Model model = Model.ofFolder(folder)) {
            model.weights().forEach(weight -> weight.row(weight.rows() - 1));
            ArchitectureBuilder.program(model);
        } catch (IrException e) {
            refused = true;
            String message = String.valueOf(e.getMessage());
            assertFalse(message.isEmpty() || message.contains("\n"), name + ": " + message);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(name + " escaped as " + e, e);
        }
        long nanos = THREADS.getCurrentThreadCpuTime() - started;
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        assertTrue(nanos < MAXIMUM_NANOS, name + " took " + nanos + " ns");
        assertTrue(bytes < MAXIMUM_BYTES, name + " allocated " + bytes + " bytes");
        return refused;
    }
}
