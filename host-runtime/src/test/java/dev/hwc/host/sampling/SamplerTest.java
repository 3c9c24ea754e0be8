package dev.hwc.host.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.host.HostException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
    private static final int DRAWS = 40_000;
    private static final float[] LOGITS = {1.0f, 3.0f, 2.0f, 0.0f, 2.5f};

    @Test
    void temperatureZeroTakesTheLargestAndTheLowerIdOfEquals() {
        Sampler sampler = SamplingSettings.GREEDY.sampler();
        assertEquals(1, sampler.sample(LOGITS));
        assertEquals(1, sampler.sample(new float[] {-1, 5, 5, 5}));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2})
    void drawsWithTheProbabilitiesOfTheSoftmax(double temperature) {
        double[] expected = softmax(LOGITS, temperature);
        assertTrue(chiSquare(expected, counts(new SamplingSettings(temperature, 0, 1, 1))) < CRITICAL_4);
    }

    @Test
    void theTestOfDistributionsCanFail() {
        double[] wrong = softmax(LOGITS, 0.9);
        assertFalse(chiSquare(wrong, counts(new SamplingSettings(1, 0, 1, 1))) < CRITICAL_4);
    }

    @Test
    void topKDrawsOnlyTheMostLikelyAndKeepsTheirRatios() {
        int[] counts = counts(new SamplingSettings(1, 2, 1, 7));
        assertEquals(DRAWS, counts[1] + counts[4]);
        double expected = 1 / (1 + Math.exp(-0.5));
        assertEquals(expected, counts[1] / (double) DRAWS, 0.01);
    }

    @Test
    void topKOfOneIsGreedy() {
        assertEquals(DRAWS, counts(new SamplingSettings(5, 1, 1, 7))[1]);
    }

    @Test
    void topPKeepsTheShortestPrefixThatReachesIt() {
        double[] p = softmax(LOGITS, 1);
        double firstTwo = p[1] + p[4];
        assertArrayEquals(new boolean[] {false, true, false, false, true}, drawn(firstTwo - 1e-9));
        assertArrayEquals(new boolean[] {false, true, true, false, true}, drawn(firstTwo + 1e-9));
        assertArrayEquals(new boolean[] {false, true, false, false, false}, drawn(1e-12));
        assertArrayEquals(new boolean[] {true, true, true, true, true}, drawn(1));
    }

    private static boolean[] drawn(double topP) {
        int[] counts = counts(new SamplingSettings(1, 0, topP, 3));
        boolean[] drawn = new boolean[counts.length];
        for (int i = 0; i < counts.length; i++) {
            drawn[i] = counts[i] > 0;
        }
        return drawn;
    }

    @Test
    void sameSeedSameTokensOtherSeedOthers() {
        assertArrayEquals(sequence(42), sequence(42));
        assertFalse(Arrays.equals(sequence(42), sequence(43)));
    }

    @Test
    void theSequenceOfASeedIsFixedForAllTime() {
        assertArrayEquals(EXPECTED_SEED_42, Arrays.copyOf(sequence(42), EXPECTED_SEED_42.length));
    }

    @Test
    void hugeAndInfiniteLogitsDoNotBreakTheDraw() {
        Sampler sampler = new SamplingSettings(1, 0, 0.95, 1).sampler();
        assertEquals(2, sampler.sample(new float[] {-1e30f, Float.NEGATIVE_INFINITY, 1e30f}));
        assertEquals(0, sampler.sample(new float[] {Float.POSITIVE_INFINITY, 1, 2}));
    }

    @ParameterizedTest
    @CsvSource({"-1,0,1", "NaN,0,1", "Infinity,0,1", "1,-1,1", "1,0,0", "1,0,1.5", "1,0,NaN"})
    void rejectsImpossibleSettings(double temperature, int topK, double topP) {
        assertThrows(HostException.class, () -> new SamplingSettings(temperature, topK, topP, 0));
    }

    private static int[] sequence(long seed) {
        Sampler sampler = new SamplingSettings(1, 0, 1, seed).sampler();
        int[] ids = new int[64];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = sampler.sample(LOGITS);
        }
        return ids;
    }

    private static int[] counts(SamplingSettings settings) {
        Sampler sampler = settings.sampler();
        int[] counts = new int[LOGITS.length];
        for (int i = 0; i < DRAWS; i++) {
            counts[sampler.sample(LOGITS)]++;
        }
        return counts;
    }

    private static double[] softmax(float[] logits, double temperature) {
        double[] p = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp(logits[i] / temperature);
            sum += p[i];
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        return p;
    }

    private static double chiSquare(double[] expected, int[] counts) {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            double want = expected[i] * DRAWS;
            sum += (counts[i] - want) * (counts[i] - want) / want;
        }
        return sum;
    }

    /** Quantile 0.999 of chi-square with 4 degrees of freedom (any table of the distribution). */
    private static final double CRITICAL_4 = 18.467;

    private static final int[] EXPECTED_SEED_42 = {
        4, 4, 4, 2, 4, 1, 4, 2, 1, 3, 1, 2, 1, 4, 0, 3, 4, 4, 0, 4, 1, 1, 2, 1
    };
}
