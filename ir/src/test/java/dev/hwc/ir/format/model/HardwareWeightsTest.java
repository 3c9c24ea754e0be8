package dev.hwc.ir.format.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import dev.hwc.ir.format.gguf.Halves;
import dev.hwc.ir.numerics.BlockMatrix;
import dev.hwc.ir.numerics.BlockScale;
import dev.hwc.ir.numerics.NumericCounters;
import dev.hwc.ir.numerics.ScaleFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HardwareWeightsTest {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Random random = new Random(5);

    @ParameterizedTest
    @CsvSource({"Q4_0, I4", "Q5_0, I8", "Q8_0, I8", "IQ4_NL, NL4", "TQ1_0, TERNARY", "TQ2_0, TERNARY", "Q4_ZP, I4M"})
    void n13_typesWithOneScaleAndNoMinimaOrAZeroPointAreLossless(GgmlType type, BlockMatrix.Format format) {
        WeightTensor tensor = randomBlocks(type, 4, 512);
        BlockMatrix matrix = HardwareWeights.of(tensor);
        assertTrue(HardwareWeights.keepsCodes(type));
        assertEquals(format, matrix.format());
        for (int row = 0; row < 4; row++) {
            assertArrayEquals(tensor.row(row), decoded(matrix, row));
        }
    }

    /** d·scale has at most 17 bits and is rounded to 11. */
    @Test
    void n13_iq4XsKeepsItsCodesAndRoundsItsScales() {
        WeightTensor tensor = randomBlocks(GgmlType.IQ4_XS, 4, 512);
        BlockMatrix matrix = HardwareWeights.of(tensor);
        assertEquals(BlockMatrix.Format.NL4, matrix.format());
        for (int row = 0; row < 4; row++) {
            float[] expected = tensor.row(row);
            float[] actual = decoded(matrix, row);
            for (int i = 0; i < 512; i++) {
                assertEquals(expected[i], actual[i], Math.abs(expected[i]) * 0x1p-11);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"Q5_1", "Q2_K", "Q3_K", "Q5_K", "Q6_K"})
    void n13_fiveBitsWithMinimaAndScalesOf16AreWidenedToI8(GgmlType type) {
        WeightTensor tensor = randomBlocks(type, 2, 512);
        BlockMatrix matrix = HardwareWeights.of(tensor);
        assertEquals(BlockMatrix.Format.I8, matrix.format());
        for (int row = 0; row < 2; row++) {
            float[] expected = tensor.row(row);
            float[] actual = decoded(matrix, row);
            for (int i = 0; i < 512; i++) {
                float step = Math.abs(ScaleFormat.FP16.value(matrix.scales(row)[i / 32]));
                assertEquals(expected[i], actual[i], step * (0.5 + 127 * 0x1p-11));
            }
        }
    }

    /** Scale and offset are whole multiples of a unit that follows from the larger one; scales of both signs. */
    @ParameterizedTest
    @EnumSource(names = {"Q4_1", "Q4_K"})
    void n13_fourBitsWithMinimaKeepTheirCodes(GgmlType type) {
        WeightTensor tensor = randomBlocks(type, 4, 512);
        BlockMatrix matrix = HardwareWeights.of(tensor);
        assertEquals(BlockMatrix.Format.I4M, matrix.format());
        assertEquals(5.0, matrix.format().bitsPerWeight());
        for (int row = 0; row < 4; row++) {
            float[] expected = tensor.row(row);
            float[] actual = decoded(matrix, row);
            for (int i = 0; i < 512; i++) {
                short word = matrix.scales(row)[i / 32 * 2];
                double unit = Math.scalb(1.0, BlockScale.exponent(word) - 25);
                double scale = BlockScale.significand(word) * unit;
                double offset = Math.abs(matrix.scales(row)[i / 32 * 2 + 1] * unit);
                assertTrue(unit <= Math.max(Math.max(scale * 0x1p-10, offset * 0x1p-14), 0x1p-25) * 1.001);
                assertEquals(expected[i], actual[i], 4.5 * unit + Math.abs(expected[i]) * 0x1p-23);
            }
        }
    }

    @Test
    void n13_q41IsLosslessWhereTheMinimumIsAtLeastAStepAndBelowFifteen() {
        WeightTensor tensor = randomBlocks(GgmlType.Q4_1, 8, 512);
        for (long at = 0; at < tensor.data().byteSize(); at += 20) {
            float d = Float.float16ToFloat(Float.floatToFloat16(0x1p-9f * (1 + random.nextFloat())));
            short m = Float.floatToFloat16(-d * (1 + 14 * random.nextFloat()));
            tensor.data().set(HALF, at, Float.floatToFloat16(d));
            tensor.data().set(HALF, at + 2, m);
        }
        BlockMatrix matrix = HardwareWeights.of(tensor);
        for (int row = 0; row < 8; row++) {
            assertArrayEquals(tensor.row(row), decoded(matrix, row));
        }
    }

    @Test
    void n13_minimaOfConstantBlocksAreKept() {
        WeightTensor tensor = randomBlocks(GgmlType.Q4_1, 1, 32);
        tensor.data().set(HALF, 0, (short) 0);
        tensor.data().set(HALF, 2, Float.floatToFloat16(-0.7f));
        float expected = Float.float16ToFloat(Float.floatToFloat16(-0.7f));
        for (float value : decoded(HardwareWeights.of(tensor), 0)) {
            assertEquals(expected, value);
        }
    }

    @Test
    void n13_scalesWithMinimaMustBeFinite() {
        WeightTensor tensor = randomBlocks(GgmlType.Q4_1, 2, 64);
        tensor.data().set(HALF, 3 * 20 + 2, (short) 0x7C00);
        IrException e = assertThrows(IrException.class, () -> HardwareWeights.of(tensor));
        assertTrue(String.valueOf(e.getMessage()).startsWith("row 1 of w: a block has scale"), e.getMessage());
    }

    /** Widened, blocks with one scale and no minimum are the same numbers in i8, ternary ones in i4. */
    @ParameterizedTest
    @EnumSource(names = {"IQ4_NL", "IQ4_XS", "TQ2_0", "Q4_0"})
    void n29_widenedCodesAndScalesAreThoseOfTheNarrowFormat(GgmlType type) {
        WeightTensor tensor = randomBlocks(type, 2, 512);
        BlockMatrix matrix = HardwareWeights.of(tensor);
        byte[] codes = new byte[512];
        short[] scales = new short[16];
        for (int row = 0; row < 2; row++) {
            HardwareWeights.widened(tensor, row, codes, scales);
            assertArrayEquals(matrix.codes(row), codes);
            for (int block = 0; block < 16; block++) {
                assertEquals(matrix.scales(row)[block / matrix.format().scaleBlocks()], scales[block]);
            }
        }
    }

    @Test
    void n29_widenedZeroPointsAreSubtracted() {
        WeightTensor tensor = randomBlocks(GgmlType.Q4_ZP, 2, 512);
        byte[] codes = new byte[512];
        short[] scales = new short[16];
        for (int row = 0; row < 2; row++) {
            HardwareWeights.widened(tensor, row, codes, scales);
            float[] expected = tensor.row(row);
            for (int i = 0; i < 512; i++) {
                assertEquals(expected[i], codes[i] * ScaleFormat.FP16.value(scales[i / 32]) + 0f);
            }
        }
    }

    /** Whatever the codes and scales are, a product has the bits it has with the same codes in i4. */
    @ParameterizedTest
    @EnumSource(names = {"TQ1_0", "TQ2_0"})
    void n18_ternaryTermsAreThoseOfI4(GgmlType type) {
        WeightTensor tensor = randomBlocks(type, 6, 512);
        BlockMatrix ternary = HardwareWeights.of(tensor);
        byte[][] codes = new byte[6][512];
        short[][] scales = new short[6][16];
        for (int row = 0; row < 6; row++) {
            HardwareWeights.widened(tensor, row, codes[row], scales[row]);
        }
        BlockMatrix wider = new BlockMatrix(BlockMatrix.Format.I4, 512, codes, scales);
        byte[] activations = new byte[512];
        NumericCounters counters = new NumericCounters();
        for (int row = 0; row < 6; row++) {
            for (int i = 0; i < 512; i++) {
                activations[i] = (byte) (random.nextInt(255) - 127);
            }
            for (int block = 0; block < 16; block++) {
                short scale = (short) (random.nextInt(256) << 7 | random.nextInt(128));
                assertEquals(
                        wider.term(row, block, activations, scale, counters),
                        ternary.term(row, block, activations, scale, counters));
            }
        }
        assertTrue(counters.saturatedTerms() > 0);
    }

    private WeightTensor randomBlocks(GgmlType type, int rows, int columns) {
        byte[] blocks = new byte[Math.toIntExact(rows * type.rowBytes(columns))];
        random.nextBytes(blocks);
        for (int block = 0; block < blocks.length; block += type.blockBytes()) {
            for (int at : Halves.of(type)) {
                short half = Float.floatToFloat16((float) random.nextGaussian());
                blocks[block + at] = (byte) half;
                blocks[block + at + 1] = (byte) (half >> 8);
            }
        }
        return new WeightTensor(new WeightSpec("w", rows, columns, type), Optional.of(MemorySegment.ofArray(blocks)));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void n13_otherTypesAreQuantizedAsAQ80FileIs(GgmlType type) {
        WeightTensor tensor = tensor(type, values(5, 64), 5, 64);
        float[] dequantized = new float[5 * 64];
        for (int row = 0; row < 5; row++) {
            System.arraycopy(tensor.row(row), 0, dequantized, row * 64, 64);
        }
        BlockMatrix expected = HardwareWeights.of(tensor(GgmlType.Q8_0, dequantized, 5, 64));
        BlockMatrix actual = HardwareWeights.of(tensor);
        assertEquals(BlockMatrix.Format.I8, actual.format());
        for (int row = 0; row < 5; row++) {
            assertArrayEquals(expected.codes(row), actual.codes(row));
            assertArrayEquals(expected.scales(row), actual.scales(row));
        }
    }

    @Test
    void n12_rowsThatAreNoWholeBlocksArePaddedWithZeros() {
        float[] values = values(3, 172);
        BlockMatrix matrix = HardwareWeights.of(tensor(GgmlType.F32, values, 3, 172));
        assertEquals(172, matrix.columns());
        assertEquals(6, matrix.blocks());
        for (int row = 0; row < 3; row++) {
            byte[] codes = matrix.codes(row);
            assertArrayEquals(new byte[20], Arrays.copyOfRange(codes, 172, 192));
            float[] decoded = decoded(matrix, row);
            for (int i = 0; i < 172; i++) {
                float step = ScaleFormat.FP16.value(matrix.scales(row)[i / 32]);
                // Half a step, and the scale's rounding to 11 bits times at most 127 steps.
                assertEquals(values[row * 172 + i], decoded[i], step * (0.5 + 127 * 0x1p-11));
            }
        }
    }

    @Test
    void n13_scalesMustBeFinite() {
        float[] huge = values(1, 32);
        huge[7] = 1e9f;
        IrException e = assertThrows(IrException.class, () -> HardwareWeights.of(tensor(GgmlType.F32, huge, 1, 32)));
        assertTrue(String.valueOf(e.getMessage()).contains("a half holds at most 65504"), e.getMessage());
        WeightTensor broken = tensor(GgmlType.Q8_0, values(1, 32), 1, 32);
        broken.data().set(ValueLayout.JAVA_BYTE, 1, (byte) 0x7C);
        IrException infinite = assertThrows(IrException.class, () -> HardwareWeights.of(broken));
        assertTrue(String.valueOf(infinite.getMessage()).contains("infinite or NaN"), infinite.getMessage());
    }

    private static float[] decoded(BlockMatrix matrix, int row) {
        float[] values = new float[matrix.columns()];
        matrix.row(row, values);
        return values;
    }

    private float[] values(int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static WeightTensor tensor(GgmlType type, float[] values, int rows, int columns) {
        MemorySegment blocks = MemorySegment.ofArray(new byte[Math.toIntExact(rows * type.rowBytes(columns))]);
        type.quantizer().quantize(values, 0, values.length, blocks, 0);
        return new WeightTensor(new WeightSpec("w", rows, columns, type), Optional.of(blocks));
    }
}
