package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
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
        int scaleAt = type == GgmlType.Q6_K ? 208 : 0;
        short scale = Float.floatToFloat16(1f / 64);
        for (int block = 0; block < bytes.length; block += type.blockBytes()) {
            bytes[block + scaleAt] = (byte) scale;
            bytes[block + scaleAt + 1] = (byte) (scale >> 8);
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
    @EnumSource(names = {"Q8_0", "Q4_0", "Q6_K"})
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
            double rounding = type == GgmlType.Q6_K ? magnitude * 0x1p-23 : 0;
            assertEquals(exact, y[row], rounding, "seed " + seed + " row " + row);
        }
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
        QuantizedRow row = QuantizedRow.q8_K(x);
        assertArrayEquals(new float[] {-1, 0}, row.scales());
        assertArrayEquals(new byte[] {-127, 127, -2}, Arrays.copyOfRange(row.q(), 7, 10));
    }

    @Test
    void llamaCppNamesTheTypeItDoesNotHave() {
        var spec = new WeightSpec("blk.0.ffn_up.weight", 1, 32, GgmlType.Q4_1);
        var tensor = new WeightTensor(spec, Optional.of(MemorySegment.ofArray(new byte[20])));
        var e = assertThrows(IrException.class, () -> new LlamaCpp().matrix(tensor));
        assertTrue(String.valueOf(e.getMessage()).startsWith("tensor blk.0.ffn_up.weight is q4_1;"), e.getMessage());
    }
}
