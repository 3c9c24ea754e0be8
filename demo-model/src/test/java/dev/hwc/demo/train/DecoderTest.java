package dev.hwc.demo.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.demo.Shape;
import dev.hwc.demo.Shape.Parameter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecoderTest {
    private static final Shape SMALL = new Shape(64, 32, 2, 4, 2, 16, 64, 128);
    private static final int TIME = 128;

    /** Along its own direction the loss must rise by the length of the gradient, for every weight by itself. */
    @Test
    void gradientEqualsFiniteDifferences() {
        Random random = new Random(3);
        float[] weights = weights(random);
        int[] tokens = random.ints(TIME + 1, 0, SMALL.vocabulary()).toArray();
        Decoder decoder = new Decoder(SMALL, TIME);
        float[] gradient = new float[weights.length];
        decoder.backward(weights, tokens, gradient, 1);
        int at = 0;
        for (Parameter p : SMALL.parameters()) {
            double length = 0;
            for (int i = at; i < at + p.size(); i++) {
                length += (double) gradient[i] * gradient[i];
            }
            length = Math.sqrt(length);
            double step = 2e-3;
            double up = loss(decoder, moved(weights, gradient, at, p.size(), step / length), tokens);
            double down = loss(decoder, moved(weights, gradient, at, p.size(), -step / length), tokens);
            assertEquals(length, (up - down) / (2 * step), 1e-3 * length, p.name());
            at += p.size();
        }
    }

    @Test
    void lossOfEqualWeightsIsUniform() {
        float[] weights = new float[SMALL.parameterCount()];
        double loss = loss(new Decoder(SMALL, TIME), weights, new int[TIME + 1]);
        assertEquals(TIME * Math.log(SMALL.vocabulary()), loss, 1e-3);
    }

    private static double loss(Decoder decoder, float[] weights, int[] tokens) {
        return decoder.backward(weights, tokens, new float[weights.length], 1);
    }

    private static float[] moved(float[] weights, float[] direction, int at, int count, double by) {
        float[] out = weights.clone();
        for (int i = at; i < at + count; i++) {
            out[i] += (float) (by * direction[i]);
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
