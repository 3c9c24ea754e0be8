package dev.hwc.demo.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.demo.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final Shape SMALL = new Shape(16, 32, 1, 2, 1, 16, 32, 32);
    private static final Schedule SCHEDULE = new Schedule(40, 0.02, 5, 20);
    /** Each story counts upwards from another number. */
    private static final List<int[]> STORIES = IntStream.range(3, 10)
            .mapToObj(first -> IntStream.range(first, first + 6).toArray())
            .toList();

    @Test
    void learnsToCount() throws IOException {
        Run run = run(0, Trainer.initial(SMALL, 1));
        // Seven first tokens are equally likely; everything after them is certain.
        assertEquals(Math.log(7) / 8, run.loss(run.weights), 0.1);
    }

    @Test
    void sameSeedGivesTheSameWeights() throws IOException {
        assertArrayEquals(run(0, Trainer.initial(SMALL, 1)).weights, run(0, Trainer.initial(SMALL, 1)).weights);
    }

    @Test
    void continuedRunTakesTheStepsThatAreLeft() throws IOException {
        Run run = run(38, Trainer.initial(SMALL, 1));
        assertEquals(List.of(40), run.kept);
        assertTrue(run.loss(run.weights) < run.loss(Trainer.initial(SMALL, 1)));
    }

    private static Run run(int done, float[] weights) throws IOException {
        Run run = new Run();
        PrintStream log = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
        try (Trainer trainer = new Trainer(SMALL, weights)) {
            trainer.train(STORIES, SCHEDULE, 1, done, log, run);
        }
        return run;
    }

    private static final class Run implements Trainer.Keeper {
        final List<Integer> kept = new ArrayList<>();
        float[] weights = {};

        @Override
        public void keep(int step, float[] now) {
            kept.add(step);
            weights = now;
        }

        double loss(float[] of) {
            try (Trainer trainer = new Trainer(SMALL, of)) {
                return trainer.gradient(new Batches(STORIES, 2).next(16, 33));
            }
        }
    }
}
