package dev.hwc.ir.format.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.ir.IrException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFolderTest {
    private static final String GPTQ = """
            {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 8%s}}""";

    @TempDir
    Path folder;

    private void write(String file, String header, byte... data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                folder.resolve(file),
                bytes.putLong(json.length).put(json).put(data).array());
    }

    private void config(String json) throws IOException {
        Files.writeString(folder.resolve("config.json"), json);
    }

    @Test
    void readsTheShardsThatTheIndexNames() throws IOException {
        config("{}");
        write("a.safetensors", "{\"x\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}", (byte) 0, (byte) 60);
        write("b.safetensors", "{\"y\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}", (byte) 0, (byte) 64);
        Files.writeString(
                folder.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{\"x\":\"a.safetensors\",\"y\":\"b.safetensors\"}}");
        try (TensorFolder open = TensorFolder.open(folder)) {
            assertEquals(List.of("x", "y"), open.names());
            assertEquals(1f, open.tensor("x").orElseThrow().half(0));
            assertEquals(2f, open.tensor("y").orElseThrow().half(0));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|no JSON object",
                "{x}|no JSON",
                "{\"x\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}|dtype 'F64' is not supported",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}|found -1 where a size is needed",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}|do not hold 8 bytes",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[4000000000,4000000000],\"data_offsets\":[0,4]}}|overflows",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|do not hold 4 bytes",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}|needed are at most 8 sizes",
                "{\"x\":7}|dtype '' is not supported"
            })
    void refusesAMalformedHeader(String header, String problem) throws IOException {
        config("{}");
        write("model.safetensors", header, new byte[4]);
        IrException e = assertThrows(IrException.class, () -> TensorFolder.open(folder));
        assertTrue(String.valueOf(e.getMessage()).contains(problem), e.getMessage());
        assertEquals(1, String.valueOf(e.getMessage()).lines().count());
    }

    @Test
    void refusesLengthsBeyondTheFileAndShardsOutsideTheFolder() throws IOException {
        config("{}");
        assertThrows(IrException.class, () -> TensorFolder.open(folder));
        for (long length : new long[] {-1, 1, 100, Long.MAX_VALUE}) {
            byte[] bytes = ByteBuffer.allocate(16)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(length)
                    .array();
            Files.write(folder.resolve("model.safetensors"), bytes);
            assertThrows(IrException.class, () -> TensorFolder.open(folder), "length " + length);
        }
        Files.writeString(
                folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"x\":\"../a.safetensors\"}}");
        IrException e = assertThrows(IrException.class, () -> TensorFolder.open(folder));
        assertTrue(String.valueOf(e.getMessage()).contains("names the shard '../a.safetensors'"), e.getMessage());
    }

    /** 16 inputs in 2 groups, 8 outputs; the groups of the inputs are shuffled by g_idx. */
    @ParameterizedTest
    @CsvSource({"gptq, 1", "gptq_v2, 0"})
    void gptqFollowsItsGroupIndexAndItsVersion(String version, int offset) throws IOException {
        config(GPTQ.formatted(", \"checkpoint_format\": \"" + version + "\""));
        Random random = new Random(3);
        int[][] q = new int[16][8];
        int[][] z = new int[2][8];
        int[] group = new int[16];
        ByteBuffer data =
                ByteBuffer.allocate(2 * 8 * 4 + 2 * 4 + 2 * 8 * 2 + 16 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int word = 0; word < 16; word++) {
            int bits = random.nextInt();
            data.putInt(bits);
            for (int i = 0; i < 8; i++) {
                q[word / 8 * 8 + i][word % 8] = bits >>> 4 * i & 15;
            }
        }
        for (int g = 0; g < 2; g++) {
            int bits = random.nextInt();
            data.putInt(bits);
            for (int out = 0; out < 8; out++) {
                z[g][out] = (bits >>> 4 * out) + offset & 15;
            }
        }
        for (int i = 0; i < 16; i++) {
            data.putShort(Float.floatToFloat16(i + 1));
        }
        for (int in = 0; in < 16; in++) {
            group[in] = in % 2;
            data.putInt(group[in]);
        }
        write("model.safetensors", """
                {"w.qweight":{"dtype":"I32","shape":[2,8],"data_offsets":[0,64]},
                 "w.qzeros":{"dtype":"I32","shape":[2,1],"data_offsets":[64,72]},
                 "w.scales":{"dtype":"F16","shape":[2,8],"data_offsets":[72,104]},
                 "w.g_idx":{"dtype":"I32","shape":[16],"data_offsets":[104,168]}}""", data.array());
        try (TensorFolder open = TensorFolder.open(folder)) {
            float[] decoded = new PackedMatrix(open, "w", 8, 16).rows(0, 8).toArray(ValueLayout.JAVA_FLOAT);
            for (int out = 0; out < 8; out++) {
                for (int in = 0; in < 16; in++) {
                    int g = group[in];
                    float scale = g * 8 + out + 1;
                    assertEquals(scale * (q[in][out] - z[g][out]), decoded[out * 16 + in], version);
                }
            }
        }
    }
}
