package dev.hwc.rtl.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.rtl.Port;
import dev.hwc.rtl.RtlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The folder of built models: found again without emitting, one builder at a time, nothing half-written. */
@Isolated("sets the system property that names the folder")
class BuildCacheTest {
    private static final List<Port> PORTS = List.of(new Port("clock", true, 1), new Port("io_out", false, 33));

    @TempDir
    Path folder;

    @BeforeEach
    void ownFolder() {
        System.setProperty("hwc.rtl.cache", folder.toString());
    }

    @AfterEach
    void commonFolder() {
        System.clearProperty("hwc.rtl.cache");
    }

    private ModelBuilder.Built kept(String name) throws IOException {
        Path library = Files.createDirectory(folder.resolve(name)).resolve(ModelBuilder.LIBRARY);
        return new ModelBuilder.Built(Files.writeString(library, "library"), PORTS);
    }

    @Test
    void aBuildIsFoundByItsKeyWithItsPorts() throws IOException {
        ModelBuilder.Built built = kept("Block-1");
        assertEquals(Optional.empty(), new BuildIndex("Block-key").read());
        new BuildIndex("Block-key").write(built);
        assertEquals(Optional.of(built), new BuildIndex("Block-key").read());
        assertEquals(Optional.empty(), new BuildIndex("Block-other").read());
    }

    @Test
    void aBuildThatWasDeletedIsNotFound() throws IOException {
        ModelBuilder.Built built = kept("Block-1");
        new BuildIndex("Block-key").write(built);
        Files.delete(built.library());
        assertEquals(Optional.empty(), new BuildIndex("Block-key").read());
    }

    /** What the other process does: says that it is there, takes the lock, says that it has it. */
    static final class OtherProcess {
        public static void main(String[] folder) throws IOException {
            Files.createFile(Path.of(folder[0], "there"));
            BuildFolder.locked("name", () -> createFile(Path.of(folder[0], "entered")));
        }

        private static Path createFile(Path file) {
            try {
                return Files.createFile(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Process otherProcess() {
        try {
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Dhwc.rtl.cache=" + folder,
                            "-cp",
                            System.getProperty("java.class.path"),
                            OtherProcess.class.getName(),
                            folder.toString())
                    .inheritIO()
                    .start();
            while (other.isAlive() && Files.notExists(folder.resolve("there"))) {
                Thread.sleep(10);
            }
            Thread.sleep(300); // long enough to take the lock, if that could be taken
            return other;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anotherProcessWaitsForTheLock() throws InterruptedException {
        Path entered = folder.resolve("entered");
        Process other = BuildFolder.locked("name", () -> {
            Process waiting = otherProcess();
            assertTrue(waiting.isAlive());
            assertFalse(Files.exists(entered));
            return waiting;
        });
        assertEquals(0, other.waitFor());
        assertTrue(Files.exists(entered));
    }

    @Test
    void ofTwoFinishedFoldersTheFirstStays() throws IOException {
        Path first = BuildFolder.scratch("Block");
        Files.writeString(first.resolve("which"), "first");
        Path second = BuildFolder.scratch("Block");
        Files.writeString(second.resolve("which"), "second");
        Path target = folder.resolve("Block-1");
        BuildFolder.keep(first, target);
        BuildFolder.keep(second, target);
        assertEquals("first", Files.readString(target.resolve("which")));
        assertFalse(Files.exists(second));
    }

    @Test
    void theGeneratorHasAVersionThatStays() {
        assertTrue(GeneratorVersion.text().matches("[0-9a-f]{16}"), GeneratorVersion.text());
        assertEquals(GeneratorVersion.text(), GeneratorVersion.text());
    }

    @Test
    void optionsThatMatterGiveAnotherBuild() {
        CompileOptions plain = CompileOptions.standard(false);
        assertFalse(plain.toString().equals(CompileOptions.standard(true).toString()));
        assertTrue(CompileOptions.standard(true).verilator("Top").contains("--trace"));
        assertFalse(plain.verilator("Top").contains("--trace"));
    }

    @Test
    void aToolThatFailsIsNamedWithWhatItSaid() {
        RtlException problem = assertThrows(
                RtlException.class, () -> Tools.run(folder, Arrays.asList("sh", "-c", "echo reason; exit 3")));
        assertTrue(String.valueOf(problem.getMessage()).contains("ended with code 3"), problem.getMessage());
        assertTrue(String.valueOf(problem.getMessage()).contains("reason"), problem.getMessage());
    }
}
