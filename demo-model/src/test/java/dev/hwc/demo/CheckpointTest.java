package dev.hwc.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @Test
    void laterOneReplacesTheEarlier(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("run.checkpoint");
        new Checkpoint(250, new float[] {1, 2, 3}).write(file);
        new Checkpoint(500, new float[] {-0.0f, Float.MIN_VALUE}).write(file);
        Checkpoint found = Checkpoint.read(file);
        assertEquals(500, found.step());
        assertArrayEquals(new float[] {-0.0f, Float.MIN_VALUE}, found.weights());
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }
}
