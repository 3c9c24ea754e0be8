package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.Halves;
import dev.hwc.ir.format.model.WeightSpec;
import dev.hwc.ir.format.model.WeightTensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IntegerMatrixTest {
    /** Random block bytes with scales of 2⁻⁶: sums of 32-blocks are exact, those of 256-blocks need more than 24 bits. */
    private static WeightTensor randomBlocks(GgmlType type, int rows, int columns, Random random) {
        byte[] bytes = new byte[Math.toIntExact(rows * type.rowBytes(columns))];
        random.nextBytes(bytes);
        short scale = Float.floatToFloat16(1f / 64);
        for (int block = 0; block < bytes.length; block += type.blockBytes()) {
            for (int at : Halves.of(type)) {
                bytes[block + at] = (byte) scale;
                bytes[block + at + 1] = (byte) (scale >> 8);
            }
        }
        var spec = new WeightSpec("w", rows, columns, type);
        return new WeightTensor(spec, Optional.of(MemorySegment.ofArray(bytes)));
    }

    /** Integers whose largest magnitude in every 32 is 127, so that quantization keeps them. */
    private static float[] integers(int count, Random random) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = i % 32 == 5 ? -127 : random.nextInt(253) - 126;
        }
        return x;
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS",
                "TQ1_0", "TQ2_0"
            })
    void productOfIntegersEqualsTheSumOverDecodedWeights(GgmlType type) {
        long seed = 21;
        var random = new Random(seed);
        WeightTensor tensor = randomBlocks(type, 3, 512, random);
        float[] x = integers(512, random);
        float[] bias = {1, 2, 3};
        float[] y = new float[3];
        new LlamaCpp().matrix(tensor).multiply(x, bias, y);
        for (int row = 0; row < 3; row++) {
            float[] weights = tensor.row(row);
            double exact = bias[row];
            double magnitude = 0;
            for (int i = 0; i < 512; i++) {
                exact += (double) weights[i] * x[i];
                magnitude += Math.abs((double) weights[i] * x[i]);
            }
            double rounding = rounding(type, magnitude);
            assertEquals(exact, y[row], rounding, "seed " + seed + " row " + row);
        }
    }

    /**
     * Blocks of 32 without minima are exact; with minima (1/64 here) the sum of each of 16 blocks, at
     * most 32·127, is rounded to a half, by at most 1. Super-blocks round each of their few terms.
     */
    private static double rounding(GgmlType type, double magnitude) {
        return switch (type) {
            case Q4_1, Q5_1 -> 16.0 / 64;
            case Q4_0, Q5_0, Q8_0, IQ4_NL -> 0;
            default -> magnitude * 0x1p-22;
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
    void embeddingRowIsTheDecodedRow(GgmlType type) {
        WeightTensor tensor = RandomWeights.tensor("w", 5, 64, type, new Random(22));
        Matrix matrix = new LlamaCpp().matrix(tensor);
        assertEquals(5, matrix.rows());
        assertEquals(64, matrix.columns());
        float[] y = new float[64];
        matrix.row(3, y);
        assertArrayEquals(tensor.row(3), y);
    }

    @Test
    void sixteenBitProductsRoundTheActivations() {
        float odd = 1 + 1f / 2048 + 1f / 4096;
        assertArrayEquals(new float[] {1 + 1f / 1024}, product(GgmlType.F16, odd));
        assertArrayEquals(new float[] {1}, product(GgmlType.BF16, odd));
        assertArrayEquals(new float[] {odd}, product(GgmlType.F32, odd));
    }

    private static float[] product(GgmlType type, float x) {
        MemorySegment blocks = MemorySegment.ofArray(new byte[type.blockBytes()]);
        type.quantizer().quantize(new float[] {1}, 0, 1, blocks, 0);
        float[] y = new float[1];
        new LlamaCpp()
                .matrix(new WeightTensor(new WeightSpec("w", 1, 1, type), Optional.of(blocks)))
                .multiply(new float[] {x}, null, y);
        return y;
    }

    @Test
    void quantizedRowKeepsExtremesAndZeroBlocks() {
        float[] x = new float[64];
        x[0] = 254;
        x[1] = -254;
        x[2] = 3;
        x[3] = -3;
        QuantizedRow row = QuantizedRow.q8_0(x);
        assertArrayEquals(new float[] {2, 0}, row.scales());
        assertArrayEquals(new byte[] {127, -127, 2, -2}, Arrays.copyOf(row.q(), 4));
        assertEquals(0, row.q()[40]);
    }

    @Test
    void superBlockScaleHasTheSignThatMakesTheExtremeNegative() {
        float[] x = new float[512];
        x[7] = 127;
        x[8] = -127;
        x[9] = 2.5f;
        QuantizedRow row = QuantizedRow.q8_K(x, 16);
        assertArrayEquals(new float[] {-1, 0}, row.scales());
        assertArrayEquals(new byte[] {-127, 127, -2}, Arrays.copyOfRange(row.q(), 7, 10));
    }

    @Test
    void sumsOfActivationsMultiplyTheMinima() {
        float[] x = new float[256];
        x[0] = 127;
        x[1] = 3;
        x[40] = -127;
        assertArrayEquals(
                new float[] {130, -127}, Arrays.copyOf(QuantizedRow.q8_1(x).sums(), 2));
        QuantizedRow row = QuantizedRow.q8_K(x, 32);
        assertArrayEquals(new float[] {-130, 127}, Arrays.copyOf(row.sums(), 2));
        assertArrayEquals(new float[] {-1}, row.sumScales());
    }
}
