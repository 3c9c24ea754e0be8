package dev.hwc.ir.format.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
    @TempDir
    Path folder;

    @Test
    void readsTheSharedModel() {
        try (GgufFile file = GgufFile.open(SharedData.model("stories260K/stories260K-f32.gguf"))) {
            assertEquals(47, file.tensors().size());
            assertEquals("llama", file.metadata().text("general.architecture"));
            assertEquals(512, file.metadata().texts("tokenizer.ggml.tokens").length);
            GgufTensor down = file.tensor("blk.0.ffn_down.weight").orElseThrow();
            assertEquals(List.of(172L, 64L), down.shape());
            assertEquals(172, down.columns());
            assertEquals(64, down.rows());
            assertEquals(172 * 64 * 4, down.bytes());
            assertEquals(172, down.row(63).length);
            assertThrows(IndexOutOfBoundsException.class, () -> down.row(64));
        }
    }

    /** The padded file holds the same weights with zeros behind each row. */
    @Test
    void rowsOfThePaddedModelBeginWithTheRowsOfThePlainOne() {
        try (GgufFile plain = GgufFile.open(SharedData.model("stories260K/stories260K-f32.gguf"));
                GgufFile padded = GgufFile.open(SharedData.model("stories260K/stories260K-ffn192-f32.gguf"))) {
            GgufTensor short172 = plain.tensor("blk.2.ffn_down.weight").orElseThrow();
            GgufTensor long192 = padded.tensor("blk.2.ffn_down.weight").orElseThrow();
            for (int row = 0; row < 64; row++) {
                assertArrayEquals(Arrays.copyOf(short172.row(row), 192), long192.row(row));
            }
        }
    }

    @Test
    void readsVersion2() throws IOException {
        GgufRecipe recipe = GgufRecipe.model(new Random(3));
        recipe.version = 2;
        Path path = Files.write(folder.resolve("v2.gguf"), recipe.render());
        try (GgufFile file = GgufFile.open(path)) {
            assertEquals(2, file.version());
            assertEquals(11, file.tensors().size());
        }
    }

    @Test
    void tensorsCannotBeReadAfterClose() {
        GgufFile file = GgufFile.open(SharedData.model("stories260K/stories260K-f32.gguf"));
        GgufTensor tensor = file.tensors().getFirst();
        file.close();
        assertThrows(IllegalStateException.class, () -> tensor.row(0));
    }

    @Test
    void getterErrorsNameFileKeyAndType() throws IOException {
        Path path = Files.write(folder.resolve("m.gguf"), MalformedGgufCorpus.valid(1));
        try (GgufFile file = GgufFile.open(path)) {
            GgufMetadata metadata = file.metadata();
            assertEquals(
                    "m.gguf: metadata key 'llama.block_count' is of type u32; expected a string",
                    assertThrows(IrException.class, () -> metadata.text("llama.block_count"))
                            .getMessage());
            assertEquals(
                    "m.gguf: metadata key 'llama.block_count' is 1; allowed are values from 2 to 9",
                    assertThrows(IrException.class, () -> metadata.integer("llama.block_count", 2, 9))
                            .getMessage());
            assertTrue(String.valueOf(assertThrows(IrException.class, () -> metadata.real("nothing"))
                            .getMessage())
                    .startsWith("m.gguf: metadata key 'nothing' is missing"));
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path path = folder.resolve("none.gguf");
        assertEquals(
                path + " does not exist; check the path",
                assertThrows(IrException.class, () -> GgufFile.open(path)).getMessage());
    }

    /** A vocabulary of 150,000 tokens; the bound is generous, the usual time is some 20 ms. */
    @Test
    void loadsALargeVocabularyQuickly() throws IOException {
        String[] tokens = new String[150_000];
        Arrays.setAll(tokens, id -> "token" + id);
        Path path = folder.resolve("large.gguf");
        new GgufWriter()
                .put("tokenizer.ggml.tokens", GgufValue.texts(List.of(tokens)))
                .write(path);
        long started = System.nanoTime();
        try (GgufFile file = GgufFile.open(path)) {
            assertArrayEquals(tokens, file.metadata().texts("tokenizer.ggml.tokens"));
        }
        long milliseconds = (System.nanoTime() - started) / 1_000_000;
        assertTrue(milliseconds < 5000, "took " + milliseconds + " ms");
    }
}
