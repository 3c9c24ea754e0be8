package dev.hwc.ir.format.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.format.SharedData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Block codecs against files written by llama.cpp's quantizer from one F32 model. */
class QuantizerGoldenTest {
    private static final String SOURCE = "stories260K/stories260K-pad256-f32.gguf";

    @ParameterizedTest
    @CsvSource({"Q8_0,36", "Q4_0,35", "F16,36", "BF16,36"})
    void everyBlockEqualsTheReferenceQuantizers(GgmlType type, int matrices) {
        int compared = 0;
        try (GgufFile floats = GgufFile.open(SharedData.model(SOURCE));
                GgufFile expected =
                        GgufFile.open(SharedData.model("stories260K/stories260K-pad256-" + type + ".gguf"))) {
            for (GgufTensor tensor : expected.tensors()) {
                if (tensor.type() == type) {
                    assertEqualBlocks(tensor, floats.tensor(tensor.name()).orElseThrow());
                    compared++;
                }
            }
        }
        assertEquals(matrices, compared);
    }

    private static void assertEqualBlocks(GgufTensor expected, GgufTensor floats) {
        byte[] blocks = new byte[(int) expected.bytes()];
        MemorySegment target = MemorySegment.ofArray(blocks);
        long rowBytes = expected.type().rowBytes(expected.columns());
        for (long row = 0; row < expected.rows(); row++) {
            float[] values = floats.row(row);
            expected.type().quantizer().quantize(values, 0, values.length, target, row * rowBytes);
        }
        assertArrayEquals(expected.data().toArray(ValueLayout.JAVA_BYTE), blocks, expected.name());
    }

    /** Q6_K keeps 6 bits per value and a scale per 16: the error stays under 1/31 of the group's peak. */
    @Test
    void q6_kDecodesWithinHalfAStepOfTheOriginal() {
        try (GgufFile floats = GgufFile.open(SharedData.model(SOURCE));
                GgufFile quantized = GgufFile.open(SharedData.model("stories260K/stories260K-pad256-Q6_K.gguf"))) {
            int compared = 0;
            for (GgufTensor tensor : quantized.tensors()) {
                if (tensor.type() == GgmlType.Q6_K) {
                    assertClose(floats.tensor(tensor.name()).orElseThrow(), tensor);
                    compared++;
                }
            }
            assertEquals(31, compared);
        }
    }

    private static void assertClose(GgufTensor original, GgufTensor quantized) {
        for (long row = 0; row < original.rows(); row++) {
            float[] expected = original.row(row);
            float[] actual = quantized.row(row);
            for (int group = 0; group < expected.length; group += 16) {
                float peak = 0;
                for (int i = group; i < group + 16; i++) {
                    peak = Math.max(peak, Math.abs(expected[i]));
                }
                for (int i = group; i < group + 16; i++) {
                    float error = Math.abs(expected[i] - actual[i]);
                    assertTrue(error <= peak / 31, original.name() + " row " + row + " column " + i + ": " + error);
                }
            }
        }
    }
}
