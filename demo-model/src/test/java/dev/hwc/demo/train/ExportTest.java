package dev.hwc.demo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.demo.Shape;
import dev.hwc.demo.check.ModelCheck;
import dev.hwc.demo.gguf.Block32;
import dev.hwc.demo.gguf.Exporter;
import dev.hwc.demo.token.Pieces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
    private static final Shape SMALL = new Shape(320, 64, 2, 4, 2, 32, 96, 64);
    /** Of logits up to 3.4: sums of up to 96 fp32 products in another order. Measured: 1.5e-6. */
    private static final double TOLERANCE = 2e-5;

    /** Another decoder, reading the file, computes what the trainer computes. */
    @Test
    void exportedFileHasTheLogitsOfTheTrainer(@TempDir Path folder) throws IOException {
        Random random = new Random(17);
        float[] weights = new float[SMALL.parameterCount()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (0.3 * random.nextGaussian());
        }
        List<String> text = IntStream.range(0, SMALL.vocabulary() - Pieces.FIRST_TEXT)
                .mapToObj(i -> "piece" + i)
                .toList();
        Path file = folder.resolve("small.gguf");
        Exporter.write(file, SMALL, new Pieces(text), weights, Block32.F32);
        int[] tokens = random.ints(64, 0, SMALL.vocabulary()).toArray();
        float[] expected;
        try (Trainer trainer = new Trainer(SMALL, weights)) {
            expected = trainer.logits(tokens);
        }
        float[][] actual = new ModelCheck(file).logits(tokens);
        for (int i = 0; i < expected.length; i++) {
            float found = actual[i / SMALL.vocabulary()][i % SMALL.vocabulary()];
            assertEquals(expected[i], found, TOLERANCE);
        }
    }
}
