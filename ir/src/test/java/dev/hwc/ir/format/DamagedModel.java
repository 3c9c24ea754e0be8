package dev.hwc.ir.format;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.hwc.ir.IrException;
import dev.hwc.ir.format.model.Model;
import dev.hwc.ir.tensor.ArchitectureBuilder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Runs the whole loader on a damaged model: it loads or is refused, in little time and memory. */
public final class DamagedModel {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MAXIMUM_NANOS = 1_000_000_000L;
    private static final long MAXIMUM_BYTES = 8L << 20;
    /** Where Jazzer's instrumentation allocates too. */
    private static final long MAXIMUM_BYTES_INSTRUMENTED = 256L << 20;

    private DamagedModel() {}

    /** Damages a model once more and tries it, as {@link #isRefused}. */
    @FunctionalInterface
    public interface Mutation {
        boolean isRefused(String name) throws IOException;
    }

    /** Mutations of a seed, of which more than half but not all must be refused. */
    public static void mutate(String kind, long seed, int count, Mutation mutation) throws IOException {
        int refused = 0;
        for (int i = 0; i < count; i++) {
            refused += mutation.isRefused("mutation " + i + " of seed " + seed) ? 1 : 0;
        }
        System.out.println("[exactness] " + count + " mutations of " + kind + ", " + refused + " refused");
        assertTrue(refused > count / 2 && refused < count, refused + " refused");
    }

    /** A folder of this process for damaged files. */
    public static Path temporary(String name) {
        try {
            Path folder = Files.createTempDirectory("hwc-fuzz-" + name);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            files.map(Path::toFile).forEach(File::delete);
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a model, uses it, reads the last row of each weight and writes its program. */
    public static void load(Supplier<Model> open, Consumer<Model> use) {
        try (Model model = open.get()) {
            use.accept(model);
            model.weights().forEach(weight -> weight.row(weight.rows() - 1));
            ArchitectureBuilder.program(model);
        }
    }

    /**
     * Opens a model, uses it, reads the last row of each weight and writes its program.
     *
     * @return whether it ended in an {@link IrException} of one line; anything else that is thrown fails
     */
    public static boolean isRefused(String name, Supplier<Model> open, Consumer<Model> use) {
        return isRefused(name, open, use, MAXIMUM_BYTES);
    }

    /** As {@link #isRefused}, for targets of Jazzer. */
    public static void fuzz(Supplier<Model> open, Consumer<Model> use) {
        isRefused("input", open, use, MAXIMUM_BYTES_INSTRUMENTED);
    }

    private static boolean isRefused(String name, Supplier<Model> open, Consumer<Model> use, long maximumBytes) {
        long started = THREADS.getCurrentThreadCpuTime();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        boolean refused = false;
        try {
            load(open, use);
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
        assertTrue(bytes < maximumBytes, name + " allocated " + bytes + " bytes");
        return refused;
    }
}
