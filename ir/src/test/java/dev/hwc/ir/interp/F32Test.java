package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Dim;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.TensorType;
import dev.hwc.ir.tensor.Value;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Closed forms of the plain arithmetic. */
class F32Test {
    private final F32 f32 = new F32();

    private static Value rows(String name, long columns) {
        return new Value(name, TensorType.f32(Dim.tokens(), Dim.of(columns)));
    }

    private static Rope rope(int heads, int headDim, int rotary, RopeStyle style) {
        return new Rope("y", rows("x", (long) heads * headDim), heads, headDim, rotary, 10000, style);
    }

    @Test
    void dotEqualsTheSumOfIntegersOnOddSizes() {
        var random = new Random(11);
        for (int size : new int[] {0, 1, 7, 8, 9, 13, 207}) {
            float[] a = new float[size + 3];
            float[] b = new float[size + 5];
            for (int i = 0; i < size; i++) {
                a[3 + i] = random.nextInt(256) - 128;
                b[5 + i] = random.nextInt(256) - 128;
            }
            double exact = 0;
            for (int i = 0; i < size; i++) {
                exact += (double) a[3 + i] * b[5 + i];
            }
            assertEquals(exact, Dot.f32(a, 3, b, 5, size), "size " + size);
        }
    }

    @Test
    void normOfConstantRowIsTheWeight() {
        float[] y = new float[4];
        f32.rmsNorm(new float[] {3, -3, 3, -3}, new float[] {1, 2, 3, 4}, 1e-12f, y);
        assertArrayEquals(new float[] {1, -2, 3, -4}, y, 1e-6f);
    }

    @Test
    void epsIsAddedToTheMeanOfSquares() {
        float[] y = new float[2];
        f32.rmsNorm(new float[] {1, 7}, new float[] {1, 1}, 11, y);
        assertArrayEquals(new float[] {1f / 6, 7f / 6}, y, 1e-6f);
    }

    @Test
    void siluMulOfKnownValues() {
        float[] y = new float[3];
        f32.siluMul(new float[] {0, 1, -200}, new float[] {5, 2, 3}, y);
        assertArrayEquals(new float[] {0, (float) (2 / (1 + Math.exp(-1))), 0}, y, 1e-6f);
    }

    @Test
    void ropeRotatesEachPairByItsAngle() {
        float[] y = new float[4];
        f32.rope(new float[] {1, 0, 1, 0}, 100, rope(1, 4, 4, RopeStyle.INTERLEAVED), null, y);
        float[] expected = {(float) Math.cos(100), (float) Math.sin(100), (float) Math.cos(1), (float) Math.sin(1)};
        assertArrayEquals(expected, y, 1e-6f);
    }

    @Test
    void ropeLeavesElementsBeyondRotaryDims() {
        float[] x = {1, 2, 3, 4, 5, 6, 7, 8};
        float[] y = new float[8];
        f32.rope(x, 3, rope(2, 4, 2, RopeStyle.HALF_SPLIT), null, y);
        assertArrayEquals(new float[] {3, 4, 7, 8}, new float[] {y[2], y[3], y[6], y[7]});
    }

    @Test
    void halfSplitIsInterleavedWithPermutedElements() {
        var random = new Random(12);
        float[] interleaved = new float[16];
        float[] halfSplit = new float[16];
        for (int i = 0; i < 16; i++) {
            interleaved[i] = random.nextFloat();
            halfSplit[halfSplitIndex(i)] = interleaved[i];
        }
        float[] y = new float[16];
        float[] z = new float[16];
        f32.rope(interleaved, 9, rope(2, 8, 8, RopeStyle.INTERLEAVED), null, y);
        f32.rope(halfSplit, 9, rope(2, 8, 8, RopeStyle.HALF_SPLIT), null, z);
        for (int i = 0; i < 16; i++) {
            assertEquals(y[i], z[halfSplitIndex(i)]);
        }
    }

    /** Where element i of two interleaved heads of 8 stands in half-split order. */
    private static int halfSplitIndex(int i) {
        int inHead = i % 8;
        return i / 8 * 8 + inHead / 2 + inHead % 2 * 4;
    }

    @Test
    void frequencyFactorsDivideTheAngles() {
        float[] y = new float[4];
        float[] z = new float[4];
        float[] x = {1, 2, 3, 4};
        f32.rope(x, 50, rope(1, 4, 4, RopeStyle.INTERLEAVED), new float[] {2, 2}, y);
        f32.rope(x, 25, rope(1, 4, 4, RopeStyle.INTERLEAVED), null, z);
        assertArrayEquals(z, y);
    }

    @Test
    void llamaCppRotatesByTheSameAnglesToRounding() {
        float[] x = new float[64];
        for (int i = 0; i < 64; i++) {
            x[i] = 1 - i * 0.03f;
        }
        float[] y = new float[64];
        float[] z = new float[64];
        f32.rope(x, 200, rope(1, 64, 64, RopeStyle.INTERLEAVED), null, y);
        new LlamaCpp().rope(x, 200, rope(1, 64, 64, RopeStyle.INTERLEAVED), null, z);
        assertArrayEquals(y, z, 1e-4f);
    }

    @Test
    void layerNormSubtractsTheMean() {
        float[] y = new float[4];
        f32.layerNorm(new float[] {11, 9, 11, 9}, new float[] {1, 2, 3, 4}, new float[] {0, 0, 5, 5}, 1e-12f, y);
        assertArrayEquals(new float[] {1, -2, 8, 1}, y, 1e-6f);
    }

    @Test
    void geluOfKnownValuesInBothArithmetics() {
        float[] x = {0, 1, -1, 3, 12, -12};
        float[] expected = {0, 0.841192f, -0.158808f, 2.996363f, 12, 0};
        float[] y = new float[6];
        f32.gelu(x, y);
        assertArrayEquals(expected, y, 1e-6f);
        new LlamaCpp().gelu(x, y);
        assertArrayEquals(expected, y, 1e-3f);
        assertEquals(y[1], Float.float16ToFloat(Float.floatToFloat16(y[1])));
    }

    @Test
    void softCapBoundsAndScaleMultiplies() {
        float[] y = new float[3];
        f32.softCap(new float[] {0, 1e9f, 50}, 50, y);
        assertArrayEquals(new float[] {0, 50, 50 * (float) Math.tanh(1)}, y, 1e-5f);
        f32.scale(new float[] {1, -2, 3}, 0.5f, y);
        assertArrayEquals(new float[] {0.5f, -1, 1.5f}, y);
    }

    /** Equal scores: the mean of the values inside the window. */
    @Test
    void aWindowForgetsEarlierTokens() {
        var attention = new Attention("y", rows("q", 2), rows("k", 2), rows("v", 2), 0, 1, 1, 2, 1, 0, 2);
        KvCache cache = f32.cache(attention);
        float[] y = new float[2];
        for (int position = 0; position < 4; position++) {
            cache.attend(new float[2], new float[2], new float[] {position, 1}, position, y);
        }
        assertArrayEquals(new float[] {2.5f, 1}, y);
    }

    @Test
    void cappedScoresWeighLess() {
        var attention = new Attention("y", rows("q", 2), rows("k", 2), rows("v", 2), 0, 1, 1, 2, 1, 2, 0);
        KvCache cache = f32.cache(attention);
        float[] y = new float[2];
        cache.attend(new float[2], new float[] {100, 0}, new float[] {1, 0}, 0, y);
        cache.attend(new float[] {1, 0}, new float[] {0, 0}, new float[] {0, 1}, 1, y);
        double first = 1 / (1 + Math.exp(-2));
        assertArrayEquals(new float[] {(float) first, (float) (1 - first)}, y, 1e-6f);
    }

    @Test
    void firstTokenAttendsToItselfAlone() {
        var attention = new Attention("y", rows("q", 8), rows("k", 4), rows("v", 4), 0, 4, 2, 2, 0.7f);
        float[] y = new float[8];
        f32.cache(attention).attend(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, new float[4], new float[] {1, 2, 3, 4}, 0, y);
        assertArrayEquals(new float[] {1, 2, 1, 2, 3, 4, 3, 4}, y);
    }

    @Test
    void attentionWeighsValuesBySoftmaxOfScaledScores() {
        var attention = new Attention("y", rows("q", 2), rows("k", 2), rows("v", 2), 0, 1, 1, 2, 0.5f);
        KvCache cache = f32.cache(attention);
        float[] y = new float[2];
        cache.attend(new float[] {0, 0}, new float[] {2, 0}, new float[] {1, 0}, 0, y);
        cache.attend(new float[] {3, 0}, new float[] {0, 5}, new float[] {0, 1}, 1, y);
        double first = 1 / (1 + Math.exp(-3));
        assertArrayEquals(new float[] {(float) first, (float) (1 - first)}, y, 1e-6f);
    }
}
