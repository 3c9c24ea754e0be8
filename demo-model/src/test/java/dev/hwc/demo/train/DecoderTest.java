package dev.hwc.demo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDList;
import dev.hwc.demo.Shape;
import dev.hwc.demo.Shape.Parameter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecoderTest {
    private static final Shape SMALL = new Shape(64, 32, 2, 4, 2, 16, 64, 128);
    private static final int TIME = 128;

    /** The gradient the library derives is that of this loss: along its own direction the loss rises by its length. */
    @Test
    void gradientEqualsFiniteDifferences() {
        Random random = new Random(3);
        float[] weights = weights(random);
        int[] tokens = random.ints(TIME + 1, 0, SMALL.vocabulary()).toArray();
        try (Trainer trainer = new Trainer(SMALL, weights)) {
            trainer.gradient(List.of(tokens));
            try (NDList gradients = trainer.gradients()) {
                int at = 0;
                for (int i = 0; i < gradients.size(); i++) {
                    Parameter p = SMALL.parameters().get(i);
                    float[] gradient = gradients.get(i).toFloatArray();
                    double length = length(gradient);
                    double step = 4e-3;
                    double up = loss(moved(weights, gradient, at, step / length), tokens);
                    double down = loss(moved(weights, gradient, at, -step / length), tokens);
                    assertEquals(length, (up - down) / (2 * step), 3e-3 * length, p.name());
                    at += p.size();
                }
            }
        }
    }

    @Test
    void lossOfEqualWeightsIsUniform() {
        double loss = loss(new float[SMALL.parameterCount()], new int[TIME + 1]);
        assertEquals(Math.log(SMALL.vocabulary()), loss, 1e-5);
    }

    private static double loss(float[] weights, int[] tokens) {
        try (Trainer trainer = new Trainer(SMALL, weights)) {
            return trainer.gradient(List.of(tokens));
        }
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float v : vector) {
            squares += (double) v * v;
        }
        return Math.sqrt(squares);
    }

    private static float[] moved(float[] weights, float[] direction, int at, double by) {
        float[] out = weights.clone();
        for (int i = 0; i < direction.length; i++) {
            out[at + i] += (float) (by * direction[i]);
        }
        return out;
    }

    private static float[] weights(Random random) {
        float[] weights = new float[SMALL.parameterCount()];
        int at = 0;
        for (Parameter p : SMALL.parameters()) {
            for (int i = 0; i < p.size(); i++) {
                weights[at++] = (float) ((p.norm() ? 1 : 0) + 0.25 * random.nextGaussian());
            }
        }
        return weights;
    }
}
