package dev.hwc.ir.format.gguf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.tensor.ArchitectureBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MAXIMUM_NANOS = 1_000_000_000L;
    private static final long MAXIMUM_BYTES = 8L << 20;

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
        int refused = 0;
        for (int i = 0; i < count; i++) {
            Files.write(file, mutator.next());
            refused += isRefused(file, "mutation " + i + " of seed " + seed) ? 1 : 0;
        }
        System.out.println("[exactness] " + count + " mutations of GGUF files, " + refused + " refused");
        assertTrue(refused > count / 2 && refused < count, refused + " refused");
    }

    private static boolean isRefused(Path file, String name) {
        long started = THREADS.getCurrentThreadCpuTime();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        boolean refused = false;
        try (Model model = Model.ofGguf(file)) {
            model.tokenizer().encode("t1 t2", true);
            model.weights().forEach(GgufFuzzTest::readRow);
            ArchitectureBuilder.program(model);
        } catch (IrException e) {
            refused = true;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(name + " escaped as " + e, e);
        }
        long nanos = THREADS.getCurrentThreadCpuTime() - started;
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        assertTrue(nanos < MAXIMUM_NANOS, name + " took " + nanos + " ns");
        assertTrue(bytes < MAXIMUM_BYTES, name + " allocated " + bytes + " bytes");
        return refused;
    }

    private static void readRow(WeightTensor weight) {
        weight.row(weight.rows() - 1);
    }
}
