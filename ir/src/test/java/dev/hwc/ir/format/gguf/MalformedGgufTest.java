package dev.hwc.ir.format.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.format.model.WeightTensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every malformed file gives one IrException, soon and without much memory. */
class MalformedGgufTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SEEDS = 4;
    private static final int DAMAGED_PER_SEED = 400;
    private static final long MAXIMUM_NANOS = 1_000_000_000L;

    @TempDir
    Path folder;

    static LongStream seeds() {
        return LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void acceptsTheModelWithoutFault(long seed) throws IOException {
        load(new MalformedGgufCorpus.Case("valid", MalformedGgufCorpus.valid(seed)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void refusesEveryFault(long seed) {
        List<MalformedGgufCorpus.Case> faults = MalformedGgufCorpus.faults(seed);
        assertTrue(faults.size() > 200, "only " + faults.size() + " faults");
        for (MalformedGgufCorpus.Case fault : faults) {
            IrException problem =
                    assertThrows(IrException.class, () -> load(fault), () -> "seed " + seed + ": " + fault.name());
            String message = String.valueOf(problem.getMessage());
            assertTrue(message.startsWith("model.gguf"), message);
            assertEquals(1, message.lines().count(), message);
            assertTrue(message.length() < 700, message);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomDamageIsAcceptedOrRefusedButNothingElse(long seed) throws IOException {
        int refused = 0;
        for (MalformedGgufCorpus.Case damage : MalformedGgufCorpus.damaged(seed, DAMAGED_PER_SEED)) {
            try {
                load(damage);
            } catch (IrException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError(damage.name() + " escaped as " + e, e);
            }
        }
        assertTrue(refused > DAMAGED_PER_SEED / 4, "only " + refused + " refused");
    }

    @Test
    void saysWhereACountExceedsTheFile() {
        GgufRecipe recipe = new GgufRecipe();
        recipe.extraTensors = Long.MAX_VALUE;
        IrException problem =
                assertThrows(IrException.class, () -> load(new MalformedGgufCorpus.Case("count", recipe.render())));
        assertEquals(
                "model.gguf at byte 8: tensor count 9223372036854775807 exceeds what the remaining 8 bytes can hold"
                        + " (at most 0); the file is truncated or corrupt",
                problem.getMessage());
    }

    /** Opens the model, its tokenizer and the first row of every weight, within the limits. */
    private void load(MalformedGgufCorpus.Case input) throws IOException {
        Path path = Files.write(folder.resolve("model.gguf"), input.bytes());
        long started = THREADS.getCurrentThreadCpuTime();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        try (Model model = Model.ofGguf(path)) {
            model.tokenizer().encode("t1 t2", true);
            for (WeightTensor weight : model.weights()) {
                weight.row(0);
            }
        } finally {
            long nanos = THREADS.getCurrentThreadCpuTime() - started;
            long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            assertTrue(nanos < MAXIMUM_NANOS, input.name() + " took " + nanos + " ns");
            long allowed = (4L << 20) + 32L * input.bytes().length;
            assertTrue(bytes < allowed, input.name() + " allocated " + bytes + " bytes");
        }
    }
}
