package dev.hwc.ir.format.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Files.writeString(folder.resolve("config.json"), """
                {"quantization_config": {"quant_method": "%s", "bits": %d, "group_size": %d, "checkpoint_format": "%s"}}""".formatted(awq ? "awq" : "gptq", bits, GROUP, method));
        int perWord = 32 / bits;
        ByteBuffer codes = buffer(INPUTS * OUTPUTS * bits / 8);
        for (int i = 0; awq && i < INPUTS; i++) {
            awqRow(q[i], codes);
        }
        for (int i = 0; !awq && i < INPUTS; i += perWord) {
            for (int out = 0; out < OUTPUTS; out++) {
                int word = 0;
                for (int k = 0; k < perWord; k++) {
                    word |= q[i + k][out] << bits * k;
                }
                codes.putInt(word);
            }
        }
        ByteBuffer points = buffer(zeros.length * OUTPUTS * bits / 8);
        ByteBuffer halves = buffer(zeros.length * OUTPUTS * 2);
        for (int group = 0; group < zeros.length; group++) {
            for (short scale : scales[group]) {
                halves.putShort(scale);
            }
            if (awq) {
                awqRow(zeros[group], points);
                continue;
            }
            for (int out = 0; out < OUTPUTS; out += perWord) {
                int word = 0;
                for (int k = 0; k < perWord; k++) {
                    int stored = zeros[group][out + k] - (method.equals("gptq") ? 1 : 0);
                    word |= (stored & (1 << bits) - 1) << bits * k;
                }
                points.putInt(word);
            }
        }
        ByteBuffer indices = buffer(INPUTS * 4);
        for (int group : groups) {
            indices.putInt(group);
        }
        long codesEnd = codes.capacity();
        long pointsEnd = codesEnd + points.capacity();
        long halvesEnd = pointsEnd + halves.capacity();
        String header = """
                {"w.qweight":{"dtype":"I32","shape":[%d,%d],"data_offsets":[0,%d]},
                 "w.qzeros":{"dtype":"I32","shape":[%d,%d],"data_offsets":[%d,%d]},
                 "w.scales":{"dtype":"F16","shape":[%d,%d],"data_offsets":[%d,%d]},
                 "w.g_idx":{"dtype":"I32","shape":[%d],"data_offsets":[%d,%d]}}""".formatted(
                        awq ? INPUTS : INPUTS / perWord,
                        awq ? OUTPUTS / perWord : OUTPUTS,
                        codesEnd,
                        zeros.length,
                        OUTPUTS / perWord,
                        codesEnd,
                        pointsEnd,
                        zeros.length,
                        OUTPUTS,
                        pointsEnd,
                        halvesEnd,
                        INPUTS,
                        halvesEnd,
                        halvesEnd + indices.capacity());
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = buffer(8 + json.length + Math.toIntExact(halvesEnd) + indices.capacity());
        file.putLong(json.length).put(json);
        file.put(codes.flip()).put(points.flip()).put(halves.flip()).put(indices.flip());
        Files.write(folder.resolve("model.safetensors"), file.array());
    }

    /** Nibble k of a word is output AWQ_ORDER[k] of eight. */
    private static void awqRow(int[] values, ByteBuffer target) {
        for (int out = 0; out < values.length; out += 8) {
            int word = 0;
            for (int k = 0; k < 8; k++) {
                word |= values[out + AWQ_ORDER[k]] << 4 * k;
            }
            target.putInt(word);
        }
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
