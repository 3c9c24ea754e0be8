package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.model.RopeStyle;
import dev.hwc.ir.format.model.WeightTensor;
import dev.hwc.ir.numerics.BlockProduct;
import dev.hwc.ir.numerics.Fp32;
import dev.hwc.ir.numerics.Functions;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.Quantize;
import dev.hwc.ir.numerics.ScaleFormat;
import dev.hwc.ir.tensor.Attention;
import dev.hwc.ir.tensor.Dim;
import dev.hwc.ir.tensor.Rope;
import dev.hwc.ir.tensor.TensorType;
import dev.hwc.ir.tensor.Value;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rules N22 to N28 of docs/spec/numerics.md, each against the formula or exact arithmetic. */
class HardwareTest {
    private static final long SEED = 31;

    private final Random random = new Random(SEED);
    private final Hardware hardware = new Hardware();

    @Test
    void n22_embeddingIsCodeTimesScale() {
        for (GgmlType type : new GgmlType[] {GgmlType.Q8_0, GgmlType.Q4_0}) {
            WeightTensor tensor = RandomWeights.tensor("w", 7, 96, type, random);
            float[] y = new float[96];
            for (int row = 0; row < 7; row++) {
                hardware.matrix(tensor).row(row, y);
                assertArrayEquals(tensor.row(row), y); // the file's own value: code·scale is exact in fp32
            }
        }
    }

    @Test
    void n23_linearIsTheSumOfBlockTermsAndTheBias() {
        for (int columns : new int[] {32, 172, 320}) {
            WeightTensor tensor = RandomWeights.tensor("w", 9, columns, GgmlType.F32, random);
            Matrix matrix = hardware.matrix(tensor);
            assertEquals(9, matrix.rows());
            assertEquals(columns, matrix.columns());
            float[] x = row(columns);
            float[] bias = row(9);
            float[] plain = new float[9];
            float[] biased = new float[9];
            matrix.multiply(x, null, plain);
            matrix.multiply(x, bias, biased);
            for (int r = 0; r < 9; r++) {
                assertEquals(Fp32.add(plain[r], bias[r]), biased[r]);
                float[] weights = new float[columns];
                matrix.row(r, weights);
                // Exact sum of the quantized numbers; each block's term is rounded to 2^-20.
                double exact = 0;
                for (int block = 0; block * 32 < columns; block++) {
                    int from = block * 32;
                    int count = Math.min(32, columns - from);
                    byte[] q = new byte[32];
                    short scale = Quantize.group(x, from, count, q, 0, ScaleFormat.BF16, new NumericCounters());
                    for (int i = 0; i < count; i++) {
                        exact += (double) q[i] * ScaleFormat.BF16.value(scale) * weights[from + i];
                    }
                }
                double tolerance = Math.ceilDiv(columns, 32) * 0x1p-21 + Math.ulp(plain[r]) / 2;
                assertEquals(exact, plain[r], tolerance, "seed " + SEED);
            }
        }
    }

    @Test
    void n23_rowsTooLongForTheAccumulatorAreRefused() {
        WeightTensor longest = RandomWeights.tensor("w", 1, 65_536, GgmlType.Q8_0, random);
        assertEquals(65_536, hardware.matrix(longest).columns());
        WeightTensor longer = RandomWeights.tensor("w", 1, 65_568, GgmlType.Q8_0, random);
        IrException e = assertThrows(IrException.class, () -> hardware.matrix(longer));
        assertEquals(
                "weight w has 65568 columns; hardware arithmetic adds up at most 65536",
                String.valueOf(e.getMessage()));
    }

    @Test
    void n24_normFollowsTheFormula() {
        for (int round = 0; round < 3000; round++) {
            int n = 1 + random.nextInt(300);
            float[] x = row(n);
            float factor = Math.scalb(1f, random.nextInt(60) - 30);
            for (int i = 0; i < n; i++) {
                x[i] *= random.nextInt(8) == 0 ? factor * 0x1p-20f : factor;
            }
            float[] weight = row(n);
            float[] y = new float[n];
            hardware.rmsNorm(x, weight, 1e-5f, y);
            double sum = 0;
            for (float element : x) {
                sum += (double) element * element;
            }
            double scale = 1 / Math.sqrt(sum / n + 1e-5f);
            for (int i = 0; i < n; i++) {
                double exact = x[i] * scale * weight[i];
                assertEquals(exact, y[i], 8e-7 * Math.abs(exact) + 1e-37, "seed " + SEED + " round " + round);
            }
        }
    }

    @Test
    void n24_sumOfSquaresIsIndependentOfTheOrder() {
        float[] x = row(500);
        float[] ones = new float[500];
        Arrays.fill(ones, 1);
        float[] y = new float[500];
        hardware.rmsNorm(x, ones, 1e-6f, y);
        float[] reversed = new float[500];
        float[] z = new float[500];
        for (int i = 0; i < 500; i++) {
            reversed[i] = x[499 - i];
        }
        hardware.rmsNorm(reversed, ones, 1e-6f, z);
        for (int i = 0; i < 500; i++) {
            assertEquals(y[i], z[499 - i]);
        }
    }

    @Test
    void n24_extremeRows() {
        float[] ones = {1, 1, 1, 1};
        float[] y = new float[4];
        float eps = 1e-6f;
        hardware.rmsNorm(new float[] {0, -0f, Float.MIN_VALUE, 0}, ones, eps, y);
        assertArrayEquals(new float[] {0, -0f, 0, 0}, y);
        // Mean squares below the smallest fp32 vanish beside eps.
        hardware.rmsNorm(new float[] {1e-37f, 0, 0, 0}, ones, eps, y);
        assertEquals(Fp32.mul(1e-37f, Functions.rsqrt(eps)), y[0]);
        // The mean square overflows: 1/√∞ = 0.
        hardware.rmsNorm(new float[] {Float.MAX_VALUE, 1, 1, 1}, ones, eps, y);
        assertArrayEquals(new float[4], y);
        assertEquals(0, hardware.counters().numericExceptions());
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            hardware.rmsNorm(new float[] {1, bad, bad, 1}, ones, eps, y);
            for (float element : y) {
                assertEquals(0x7FC00000, Float.floatToRawIntBits(element));
            }
        }
        assertEquals(3, hardware.counters().numericExceptions());
    }

    @Test
    void n25_ropeRotatesPairsInFp32() {
        Rope rope = rope(2, 8, 6, RopeStyle.INTERLEAVED);
        float[] x = row(16);
        float[] y = new float[16];
        hardware.rope(x, 123, rope, null, y);
        for (int head = 0; head < 2; head++) {
            for (int i = 0; i < 4; i++) {
                double angle = i < 3 ? 123 * StrictMath.pow(10_000, -2.0 * i / 6) : 0;
                float c = (float) StrictMath.cos(angle);
                float s = (float) StrictMath.sin(angle);
                int at = 8 * head + 2 * i;
                assertEquals(Fp32.add(Fp32.mul(x[at], c), -Fp32.mul(x[at + 1], s)), y[at]);
                assertEquals(Fp32.add(Fp32.mul(x[at], s), Fp32.mul(x[at + 1], c)), y[at + 1]);
            }
        }
    }

    @Test
    void n25_frequencyFactorsDivideTheAngle() {
        Rope rope = rope(1, 4, 4, RopeStyle.INTERLEAVED);
        float[] y = new float[4];
        hardware.rope(new float[] {1, 0, 1, 0}, 8, rope, new float[] {1, 4}, y);
        double angle = 8 * StrictMath.pow(10_000, -0.5) / 4;
        assertEquals((float) StrictMath.cos(8), y[0]);
        assertEquals((float) StrictMath.cos(angle), y[2]);
        assertEquals((float) StrictMath.sin(angle), y[3]);
    }

    /** The same pairs in another order: attention over heads of one block cannot tell. */
    @Test
    void n25_halfSplitIsInterleavedWithPermutedElements() {
        int[] source = {0, 3, 1, 4, 2, 5, 6, 7};
        float[] split = row(8);
        float[] interleaved = new float[8];
        for (int i = 0; i < 8; i++) {
            interleaved[i] = split[source[i]];
        }
        float[] y = new float[8];
        float[] z = new float[8];
        hardware.rope(split, 77, rope(1, 8, 6, RopeStyle.HALF_SPLIT), null, y);
        hardware.rope(interleaved, 77, rope(1, 8, 6, RopeStyle.INTERLEAVED), null, z);
        for (int i = 0; i < 8; i++) {
            assertEquals(y[source[i]], z[i]);
        }
    }

    @Test
    void n26_attentionFollowsTheText() {
        for (int headDim : new int[] {8, 32, 48, 64}) {
            Attention attention = attention(4, 2, headDim);
            KvCache cache = new Hardware().cache(attention);
            int tokens = 70;
            float[][] k = new float[tokens][];
            float[][] v = new float[tokens][];
            for (int t = 0; t < tokens; t++) {
                k[t] = row(2 * headDim);
                v[t] = row(2 * headDim);
                float[] q = row(4 * headDim);
                float[] y = new float[4 * headDim];
                cache.attend(q, k[t], v[t], t, y);
                for (int head = 0; head < 4; head++) {
                    float[] expected = byTheText(q, head * headDim, k, v, head / 2 * headDim, t + 1, attention);
                    float[] actual = Arrays.copyOfRange(y, head * headDim, (head + 1) * headDim);
                    assertArrayEquals(expected, actual, "seed " + SEED + " head size " + headDim + " token " + t);
                }
            }
        }
    }

    /** N26 line by line, with products in exact decimals. */
    private static float[] byTheText(float[] q, int qFrom, float[][] k, float[][] v, int from, int t, Attention a) {
        int d = a.headDim();
        byte[] q8 = new byte[d];
        float[] dq = groups(q, qFrom, d, 32, ScaleFormat.BF16, q8);
        float[] u = new float[t];
        float[] dv = new float[t];
        byte[][] v8 = new byte[t][d];
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < t; i++) {
            byte[] k8 = new byte[d];
            float[] dk = groups(k[i], from, d, 32, ScaleFormat.FP16, k8);
            dv[i] = groups(v[i], from, d, d, ScaleFormat.FP16, v8[i])[0];
            u[i] = Fp32.mul(product(q8, dq, k8, dk), a.scale());
            max = Math.max(max, u[i]);
        }
        long sum = 0;
        for (int i = 0; i < t; i++) {
            u[i] = Functions.exp(Fp32.add(u[i], -max));
            sum += (long) Math.floor(u[i] * 0x1p30);
        }
        float r = Functions.recip((float) (sum * 0x1p-30)); // fewer than 2^53: one rounding
        for (int i = 0; i < t; i++) {
            u[i] = Fp32.mul(Fp32.mul(u[i], r), dv[i]);
        }
        byte[] p8 = new byte[t];
        float[] dp = groups(u, 0, t, 32, ScaleFormat.BF16, p8);
        float[] ones = new float[dp.length];
        Arrays.fill(ones, 1);
        float[] y = new float[d];
        for (int i = 0; i < d; i++) {
            byte[] column = new byte[t];
            for (int j = 0; j < t; j++) {
                column[j] = v8[j][i];
            }
            y[i] = product(p8, dp, column, ones);
        }
        return y;
    }

    private static float[] groups(float[] x, int from, int length, int size, ScaleFormat format, byte[] q) {
        float[] scales = new float[Math.ceilDiv(length, size)];
        for (int b = 0; b < scales.length; b++) {
            int count = Math.min(size, length - b * size);
            scales[b] =
                    format.value(Quantize.group(x, from + b * size, count, q, b * size, format, new NumericCounters()));
        }
        return scales;
    }

    private static float product(byte[] a, float[] da, byte[] w, float[] dw) {
        BigDecimal unit = BigDecimal.ONE.divide(new BigDecimal(1 << 20));
        BigDecimal sum = BigDecimal.ZERO;
        for (int b = 0; b < da.length; b++) {
            int s = 0;
            for (int i = 32 * b; i < Math.min(a.length, 32 * b + 32); i++) {
                s += a[i] * w[i];
            }
            BigDecimal term =
                    BigDecimal.valueOf(s).multiply(new BigDecimal(da[b])).multiply(new BigDecimal(dw[b]));
            BigDecimal steps = term.divide(unit, MathContext.UNLIMITED).add(new BigDecimal("0.5"));
            sum = sum.add(steps.setScale(0, java.math.RoundingMode.FLOOR).multiply(unit));
        }
        return sum.floatValue();
    }

    @Test
    void n26_goingBackAndPaddingDoNotChangeABit() {
        Attention small = attention(2, 1, 8);
        Attention padded = attention(2, 1, 32);
        KvCache cache = hardware.cache(small);
        KvCache wide = hardware.cache(padded);
        KvCache restarted = hardware.cache(small);
        float[] y = new float[16];
        float[] z = new float[64];
        float[] w = new float[16];
        for (int t = 0; t < 40; t++) {
            restarted.attend(row(16), row(8), row(8), t, w);
        }
        for (int t = 0; t < 40; t++) {
            float[] q = row(16);
            float[] k = row(8);
            float[] v = row(8);
            cache.attend(q, k, v, t, y);
            restarted.attend(q, k, v, t, w);
            wide.attend(pad(q, 2), pad(k, 1), pad(v, 1), t, z);
            assertArrayEquals(y, w, "token " + t);
            for (int i = 0; i < 16; i++) {
                assertEquals(y[i], z[i / 8 * 32 + i % 8]);
            }
        }
        IrException e =
                assertThrows(IrException.class, () -> cache.attend(new float[16], new float[8], new float[8], 41, y));
        assertTrue(String.valueOf(e.getMessage()).contains("would leave a gap"), e.getMessage());
    }

    private static float[] pad(float[] x, int heads) {
        float[] padded = new float[heads * 32];
        for (int head = 0; head < heads; head++) {
            System.arraycopy(x, head * 8, padded, head * 32, 8);
        }
        return padded;
    }

    @Test
    void n26_nonFiniteQueriesAreReplacedAndCounted() {
        KvCache cache = hardware.cache(attention(1, 1, 8));
        float[] y = new float[8];
        float[] q = row(8);
        q[3] = Float.NaN;
        float[] v = row(8);
        v[0] = Float.POSITIVE_INFINITY;
        cache.attend(q, row(8), v, 0, y);
        assertEquals(2, hardware.counters().numericExceptions());
        for (float element : y) {
            assertTrue(Float.isFinite(element));
        }
    }

    @Test
    void n27_siluGateMultipliesRounded() {
        float[] gate = row(64);
        float[] up = row(64);
        float[] y = new float[64];
        hardware.siluMul(gate, up, y);
        for (int i = 0; i < 64; i++) {
            assertEquals(Fp32.mul(Fp32.mul(gate[i], Functions.sigmoid(gate[i])), up[i]), y[i]);
        }
    }

    @Test
    void n28_residualIsOneRoundedSum() {
        float[] y = new float[3];
        hardware.add(new float[] {1, Float.MIN_NORMAL, 3}, new float[] {0x1p-25f, -0x1.8p-126f, 4}, y);
        assertArrayEquals(new float[] {1, -0f, 7}, y);
        hardware.mul(new float[] {0x1p-100f, 3, -2}, new float[] {0x1p-100f, 5, 0}, y);
        assertArrayEquals(new float[] {0, 15, -0f}, y);
    }

    @Test
    void countsSaturatedTerms() {
        WeightTensor tensor = RandomWeights.tensor("w", 1, 32, GgmlType.Q8_0, random);
        float[] x = new float[32];
        Arrays.fill(x, Float.MAX_VALUE);
        float[] y = new float[1];
        hardware.matrix(tensor).multiply(x, null, y);
        assertEquals(1, hardware.counters().saturatedTerms());
        assertEquals(0, hardware.counters().numericExceptions());
        assertEquals(0x1p16f, Math.abs(y[0]), 1);
        assertEquals(BlockProduct.toFp32((1L << 36) - 1), Math.abs(y[0]));
    }

    private float[] row(int length) {
        float[] x = new float[length];
        for (int i = 0; i < length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    private static Value rows(String name, long columns) {
        return new Value(name, TensorType.f32(Dim.tokens(), Dim.of(columns)));
    }

    private static Rope rope(int heads, int headDim, int rotary, RopeStyle style) {
        return new Rope("y", rows("x", (long) heads * headDim), heads, headDim, rotary, 10_000, style);
    }

    private static Attention attention(int heads, int kvHeads, int headDim) {
        Value kv = rows("k", (long) kvHeads * headDim);
        float scale = (float) (1 / Math.sqrt(8));
        return new Attention("y", rows("q", (long) heads * headDim), kv, kv, 0, heads, kvHeads, headDim, scale);
    }
}
