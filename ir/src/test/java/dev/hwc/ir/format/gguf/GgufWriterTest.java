package dev.hwc.ir.format.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.WholeFile;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {
    @TempDir
    Path folder;

    @Test
    void readsBackEveryKindOfMetadata() {
        GgufWriter writer = new GgufWriter();
        Map<String, GgufValue> values = metadata();
        values.forEach(writer::put);
        Path path = folder.resolve("metadata.gguf");
        writer.write(path);
        try (GgufFile file = GgufFile.open(path)) {
            assertEquals(3, file.version());
            assertEquals(values, file.metadata().values());
            assertEquals(List.of(), file.tensors());
        }
    }

    private static Map<String, GgufValue> metadata() {
        Map<String, GgufValue> values = new TreeMap<>();
        for (GgufValueType type : GgufValueType.values()) {
            if (type.isWhole()) {
                values.put("whole." + type, new GgufValue.Whole(type, 127));
            }
        }
        values.put("whole.negative", new GgufValue.Whole(GgufValueType.I16, -32_768));
        values.put("whole.large", new GgufValue.Whole(GgufValueType.U64, -1));
        values.put("real.single", GgufValue.f32(1e-5f));
        values.put("real.double", new GgufValue.Real(GgufValueType.F64, Math.PI));
        values.put("bool", GgufValue.bool(true));
        values.put("text", GgufValue.text("\u2581\ud83d\ude00 text"));
        values.put("text.empty", GgufValue.text(""));
        values.put("texts", GgufValue.texts(List.of("a", "", "\u00e9")));
        values.put("floats", GgufValue.floats(0f, -0f, Float.NaN));
        values.put("ints", GgufValue.ints(Integer.MIN_VALUE, 7));
        return values;
    }

    @Test
    void readsBackTensorsOfEveryWritableTypeAtAnyAlignment() {
        long seed = 42;
        for (int alignment : new int[] {1, 32, 4096}) {
            for (GgmlType type : GgmlType.values()) {
                if (type.isWritable()) {
                    assertTensorsReadBack(type, alignment, new Random(seed));
                }
            }
        }
    }

    private void assertTensorsReadBack(GgmlType type, int alignment, Random random) {
        float[][] rows = new float[6][64];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        Path path = folder.resolve(type + "-" + alignment + ".gguf");
        new GgufWriter()
                .put("general.alignment", GgufValue.u32(alignment))
                .tensor("odd", GgmlType.F32, List.of(3L), (row, target) -> target[2] = 5)
                .tensor(
                        "cube",
                        type,
                        List.of(64L, 2L, 3L),
                        (row, target) -> System.arraycopy(rows[(int) row], 0, target, 0, 64))
                .write(path);
        try (GgufFile file = GgufFile.open(path)) {
            assertArrayEquals(
                    new float[] {0, 0, 5}, file.tensor("odd").orElseThrow().row(0));
            GgufTensor cube = file.tensor("cube").orElseThrow();
            assertEquals(List.of(64L, 2L, 3L), cube.shape());
            assertEquals(6, cube.rows());
            assertEquals(0, cube.offset() % alignment);
            for (int row = 0; row < 6; row++) {
                assertArrayEquals(rows[row], cube.row(row), 0.5f, type + " row " + row);
            }
        }
    }

    @Test
    void copiesBlocksUnchanged() {
        byte[] blocks = new byte[210 * 1000];
        new Random(7).nextBytes(blocks);
        Path path = folder.resolve("blocks.gguf");
        new GgufWriter()
                .blocks("w", GgmlType.Q6_K, List.of(256L, 1000L), MemorySegment.ofArray(blocks))
                .write(path);
        try (GgufFile file = GgufFile.open(path)) {
            assertArrayEquals(blocks, file.tensors().getFirst().data().toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void refusesWhatCannotBeRead() {
        GgufWriter writer = new GgufWriter().put("k", GgufValue.u32(1));
        GgufWriter.RowSource zeros = (row, target) -> {};
        writer.tensor("t", GgmlType.F32, List.of(1L), zeros);
        assertThrows(IrException.class, () -> writer.put("k", GgufValue.u32(2)));
        assertThrows(IrException.class, () -> writer.put("", GgufValue.u32(2)));
        assertThrows(IrException.class, () -> writer.tensor("t", GgmlType.F32, List.of(1L), zeros));
        assertThrows(IrException.class, () -> writer.tensor("a", GgmlType.F32, List.of(0L), zeros));
        assertThrows(IrException.class, () -> writer.tensor("b", GgmlType.Q8_0, List.of(33L), zeros));
        assertThrows(IrException.class, () -> writer.tensor("c", GgmlType.Q6_K, List.of(256L), zeros));
        assertThrows(
                IrException.class,
                () -> writer.blocks("d", GgmlType.F32, List.of(2L), MemorySegment.ofArray(new byte[4])));
        assertThrows(IrException.class, () -> new GgufValue.Whole(GgufValueType.U8, 256));
    }

    @Test
    void refusesAnAlignmentThatIsNoPowerOfTwo() throws IOException {
        GgufWriter writer = new GgufWriter().put("general.alignment", GgufValue.u32(24));
        assertThrows(IrException.class, () -> writer.write(folder.resolve("x.gguf")));
        assertFolderHolds();
    }

    @Test
    void aFullDiskLeavesTheOldFileAndNothingElse() throws IOException {
        Path path = Files.writeString(folder.resolve("model.gguf"), "old");
        GgufWriter writer = new GgufWriter(new WholeFile(output -> new FullDisk(output, 100_000)));
        writer.tensor("w", GgmlType.F32, List.of(1024L, 1024L), (row, target) -> {});
        IrException problem = assertThrows(IrException.class, () -> writer.write(path));
        String message = String.valueOf(problem.getMessage());
        assertTrue(message.contains("model.gguf cannot be written (No space left on device)"), message);
        assertEquals("old", Files.readString(path));
        assertFolderHolds("model.gguf");
    }

    @Test
    void aValueThatCannotBeQuantizedIsNamedAndLeavesNothing() throws IOException {
        GgufWriter writer = new GgufWriter();
        writer.tensor("w", GgmlType.Q8_0, List.of(64L, 8L), (row, target) -> target[40] = row == 5 ? Float.NaN : 1);
        IrException problem = assertThrows(IrException.class, () -> writer.write(folder.resolve("x.gguf")));
        assertEquals(
                "tensor 'w' row 5: value NaN at column 40 cannot be quantized; allowed are finite values",
                problem.getMessage());
        assertFolderHolds();
    }

    @Test
    void aMissingFolderIsNamed() {
        Path path = folder.resolve("no/such/x.gguf");
        IrException problem = assertThrows(IrException.class, () -> new GgufWriter().write(path));
        assertTrue(String.valueOf(problem.getMessage()).contains("does not exist"));
    }

    private void assertFolderHolds(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(names),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    /** Fails as a device without space does, after some bytes. */
    private static final class FullDisk extends FilterOutputStream {
        private long free;

        FullDisk(OutputStream output, long free) {
            super(output);
            this.free = free;
        }

        @Override
        public void write(byte[] bytes, int start, int count) throws IOException {
            free -= count;
            if (free < 0) {
                throw new IOException("No space left on device");
            }
            out.write(bytes, start, count);
        }
    }
}
