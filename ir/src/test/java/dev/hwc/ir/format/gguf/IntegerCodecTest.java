package dev.hwc.ir.format.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.format.SharedData;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The layouts of block types: against a second decoder, files of llama.cpp, and each other. */
class IntegerCodecTest {
    private static final String FOLDER = "stories260K/stories260K-pad256-";

    static Stream<GgmlType> types() {
        return Arrays.stream(GgmlType.values())
                .filter(GgmlType::isReadable)
                .filter(t -> t.codec() instanceof IntegerCodec);
    }

    @Test
    void fifteenTypesHoldIntegers() {
        assertEquals(15, types().count());
    }

    @ParameterizedTest
    @MethodSource("types")
    void randomBlocksHaveTheValuesOfTheSequentialDecoderToTheBit(GgmlType type) {
        long seed = 11;
        Random random = new Random(seed);
        byte[] block = new byte[type.blockBytes()];
        float[] values = new float[type.blockSize()];
        for (int round = 0; round < 300; round++) {
            random.nextBytes(block);
            for (int at : Halves.of(type)) {
                short half =
                        Float.floatToFloat16((float) (random.nextGaussian() * Math.pow(2, random.nextInt(30) - 20)));
                block[at] = (byte) half;
                block[at + 1] = (byte) (half >> 8);
            }
            type.codec().dequantize(MemorySegment.ofArray(block), 0, values, 0, values.length);
            assertArrayEquals(bits(SequentialDecoder.decode(type, block)), bits(values), type + " seed " + seed);
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    /** How far the decoded weights are from the original, as a part of its root mean square. */
    @ParameterizedTest
    @CsvSource({
        "Q4_1, Q4_1, 0.08",
        "Q5_0, Q5_0, 0.05",
        "Q5_1, Q5_1, 0.04",
        "Q2_K, Q2_K, 0.4",
        "Q3_K_M, Q3_K, 0.2",
        "Q4_K_M, Q4_K, 0.1",
        "Q5_K_M, Q5_K, 0.05",
        "Q6_K, Q6_K, 0.025",
        "IQ4_NL, IQ4_NL, 0.1",
        "IQ4_XS, IQ4_XS, 0.1"
    })
    void weightsOfLlamaCppsQuantizerAreNearTheOriginal(String file, GgmlType type, double bound) {
        double error = 0;
        double power = 0;
        try (GgufFile floats = GgufFile.open(SharedData.model(FOLDER + "f32.gguf"));
                GgufFile quantized = GgufFile.open(SharedData.model(FOLDER + file + ".gguf"))) {
            for (GgufTensor tensor : quantized.tensors()) {
                for (long row = 0; tensor.type() == type && row < tensor.rows(); row++) {
                    float[] expected =
                            floats.tensor(tensor.name()).orElseThrow().row(row);
                    float[] actual = tensor.row(row);
                    for (int i = 0; i < expected.length; i++) {
                        error += Math.pow(actual[i] - expected[i], 2);
                        power += Math.pow(expected[i], 2);
                    }
                }
            }
        }
        assertTrue(power > 0 && Math.sqrt(error / power) < bound, type + ": " + Math.sqrt(error / power));
    }

    @Test
    void tq1_0AndTq2_0OfOneModelAreEqual() {
        int compared = 0;
        try (GgufFile one = GgufFile.open(SharedData.model(FOLDER + "TQ1_0.gguf"));
                GgufFile two = GgufFile.open(SharedData.model(FOLDER + "TQ2_0.gguf"))) {
            for (GgufTensor tensor : one.tensors()) {
                GgufTensor other = two.tensor(tensor.name()).orElseThrow();
                compared += tensor.type() == GgmlType.TQ1_0 && other.type() == GgmlType.TQ2_0 ? 1 : 0;
                for (long row = 0; row < tensor.rows(); row++) {
                    assertArrayEquals(tensor.row(row), other.row(row), tensor.name());
                }
            }
        }
        assertTrue(compared > 20, "only " + compared);
    }
}
