package dev.hwc.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hwc.cli.RunFailure;
import dev.hwc.cli.UsageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
    @TempDir
    Path folder;

    @Test
    void aFileIsReplacedAsAWhole() throws IOException {
        Path target = Files.writeString(folder.resolve("a.txt"), "old");
        OutputFile.of(target).write("new ü");
        assertEquals("new ü", Files.readString(target));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(target), files.toList());
        }
    }

    @Test
    void aFullDiskIsOneLineAndLeavesNothing() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        RunFailure failure =
                assertThrows(RunFailure.class, () -> OutputFile.of(full).write("text"));
        assertEquals(1, String.valueOf(failure.getMessage()).lines().count());
        assertTrue(Files.exists(full));
    }

    @Test
    void aFolderThatVanishesIsAFailedRun() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        OutputFile file = OutputFile.of(gone.resolve("a.txt"));
        Files.delete(gone);
        assertThrows(RunFailure.class, () -> file.write("text"));
    }

    @Test
    void targetsThatCannotBeAreRefusedAtOnce() {
        assertThrows(UsageException.class, () -> OutputFile.of(folder));
        assertThrows(
                UsageException.class, () -> OutputFile.of(folder.resolve("no").resolve("a.txt")));
    }

    @Test
    void tablesAreAlignedMarkdown() {
        String table = TextTable.of("name", "n>")
                .row("a", "1")
                .row("long name", "12345")
                .markdown();
        assertEquals("""
                | name      |     n |
                | --------- | ----: |
                | a         |     1 |
                | long name | 12345 |
                """, table);
        assertThrows(IllegalArgumentException.class, () -> TextTable.of("a").row("1", "2"));
    }

    @Test
    void numbersReadTheSameEverywhere() {
        assertEquals("1,234,567", Numbers.grouped(1_234_567));
        assertEquals("1.50 KiB", Numbers.bytes(1536));
        assertEquals("512 B", Numbers.bytes(512));
        assertEquals("279.23 K", Numbers.parameters(279_232));
        assertEquals("6.74 B", Numbers.parameters(6_738_415_616L));
    }

    @Test
    void progressIsShownOnATerminalOnly() {
        assertEquals("", progress(false));
        assertTrue(progress(true).contains("steps"));
    }

    private static String progress(boolean terminal) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (Progress progress = new Progress(new Streams(err, err, terminal), "steps", 2)) {
            progress.step();
            progress.at(2);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
