package dev.hwc.ir.format.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packed matrices of random codes, written here by the formats' own description, read as blocks. */
class PackedMatrixTest {
    private static final int INPUTS = 128;
    private static final int OUTPUTS = 16;
    private static final int GROUP = 64;
    private static final int[] AWQ_ORDER = {0, 2, 4, 6, 1, 3, 5, 7};

    @TempDir
    Path folder;

    private final Random random = new Random(9);
    private final int[][] q = new int[INPUTS][OUTPUTS];
    private final int[][] zeros = new int[INPUTS / GROUP][OUTPUTS];
    private final short[][] scales = new short[INPUTS / GROUP][OUTPUTS];
    private final int[] groups = new int[INPUTS];

    /** Codes of some bits; a zero point below 0 stands for random ones. */
    private void fill(int bits, int zero) {
        for (int in = 0; in < INPUTS; in++) {
            groups[in] = in / GROUP;
            for (int out = 0; out < OUTPUTS; out++) {
                q[in][out] = random.nextInt(1 << bits);
            }
        }
        for (int group = 0; group < zeros.length; group++) {
            for (int out = 0; out < OUTPUTS; out++) {
                zeros[group][out] = zero < 0 ? random.nextInt(1 << bits) : zero;
                scales[group][out] = Float.floatToFloat16((float) random.nextGaussian() / 16);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gptq, 2, 2, Q4_0",
        "gptq, 2, -1, Q4_0",
        "gptq, 4, 8, Q4_0",
        "gptq, 4, -1, Q4_ZP",
        "gptq, 8, 128, Q8_0",
        "gptq, 8, -1, F32",
        "gptq_v2, 4, 8, Q4_0",
        "gptq_v2, 4, -1, Q4_ZP",
        "awq, 4, 8, Q4_0",
        "awq, 4, -1, Q4_ZP"
    })
    void keepsCodesAndScales(String method, int bits, int zero, GgmlType type) throws IOException {
        fill(bits, zero);
        assertRead(method, bits, type);
    }

    /** Inputs of one block that have different groups have no common scale. */
    @Test
    void becomesF32WhereGroupsAreShuffled() throws IOException {
        fill(4, -1);
        groups[5] = 1;
        groups[70] = 0;
        assertRead("gptq", 4, GgmlType.F32);
    }

    /** A shuffle of whole blocks leaves each its scale. */
    @Test
    void keepsCodesWhereWholeBlocksAreShuffled() throws IOException {
        fill(4, -1);
        for (int i = 0; i < 32; i++) {
            groups[32 + i] = 1;
            groups[64 + i] = 0;
        }
        assertRead("gptq", 4, GgmlType.Q4_ZP);
    }

    @Test
    void refusesOtherLayoutsByName() throws IOException {
        fill(4, 8);
        write("gptq_marlin", 4);
        try (TensorFolder open = TensorFolder.open(folder)) {
            IrException e = assertThrows(IrException.class, () -> new PackedMatrix(open, "w", OUTPUTS, INPUTS));
            assertEquals(
                    "checkpoint_format 'gptq_marlin' of gptq is not supported; supported are gptq and gptq_v2",
                    e.getMessage());
        }
    }

    private void assertRead(String method, int bits, GgmlType type) throws IOException {
        write(method, bits);
        try (TensorFolder open = TensorFolder.open(folder)) {
            PackedMatrix matrix = new PackedMatrix(open, "w", OUTPUTS, INPUTS);
            assertEquals(type, matrix.type());
            int first = 3;
            float[] row = new float[INPUTS];
            for (int out = first; out < OUTPUTS; out++) {
                type.readRow(matrix.rows(first, OUTPUTS - first), out - first, INPUTS, row);
                float[] expected = new float[INPUTS];
                for (int in = 0; in < INPUTS; in++) {
                    float scale = Float.float16ToFloat(scales[groups[in]][out]);
                    expected[in] = scale * (q[in][out] - zeros[groups[in]][out]) + 0f;
                    row[in] += 0f; // a zero has either sign
                }
                assertArrayEquals(expected, row, "output " + out);
            }
        }
    }

    private void write(String method, int bits) throws IOException {
        boolean awq = method.equals("awq");
        FolderRecipe recipe = new FolderRecipe("""
                {"quantization_config": {"quant_method": "%s", "bits": %d, "group_size": %d, "checkpoint_format": "%s"}}""".formatted(awq ? "awq" : "gptq", bits, GROUP, method));
        int perWord = 32 / bits;
        int less = method.equals("gptq") ? 1 : 0;
        int[] stored = Arrays.stream(zeros)
                .flatMapToInt(Arrays::stream)
                .map(zero -> zero - less & (1 << bits) - 1)
                .toArray();
        short[] halves = new short[scales.length * OUTPUTS];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = scales[i / OUTPUTS][i % OUTPUTS];
        }
        int[] codes = Arrays.stream(q).flatMapToInt(Arrays::stream).toArray();
        recipe.putWords("w.qweight", awq ? awqWords(codes) : alongInputs(codes, bits), awq ? OUTPUTS / 8 : OUTPUTS)
                .putWords("w.qzeros", awq ? awqWords(stored) : alongOutputs(stored, bits), OUTPUTS / perWord)
                .putHalves("w.scales", halves, OUTPUTS)
                .putWords("w.g_idx", groups)
                .write(folder);
    }

    /** Field k of a word is input k of some that follow each other. */
    private static int[] alongInputs(int[] codes, int bits) {
        int[] words = new int[codes.length * bits / 32];
        for (int i = 0; i < codes.length; i++) {
            int in = i / OUTPUTS;
            words[in * bits / 32 * OUTPUTS + i % OUTPUTS] |= codes[i] << bits * (in % (32 / bits));
        }
        return words;
    }

    /** Field k of a word is output k of some that follow each other. */
    private static int[] alongOutputs(int[] values, int bits) {
        int[] words = new int[values.length * bits / 32];
        for (int i = 0; i < values.length; i++) {
            words[i * bits / 32] |= values[i] << bits * (i % (32 / bits));
        }
        return words;
    }

    /** Nibble k of a word is output AWQ_ORDER[k] of eight. */
    private static int[] awqWords(int[] values) {
        int[] words = new int[values.length / 8];
        for (int i = 0; i < values.length; i++) {
            words[i / 8] |= values[i / 8 * 8 + AWQ_ORDER[i % 8]] << 4 * (i % 8);
        }
        return words;
    }
}
