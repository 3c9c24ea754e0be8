package dev.hwc.ir.format.safetensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes folders as Hugging Face stores them, tensor by tensor. */
public final class FolderRecipe {
    private final String config;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, float[]> floats = new LinkedHashMap<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    public FolderRecipe(String config) {
        this.config = config;
    }

    /** Adds a tensor of F32; its first size follows from the others. */
    public FolderRecipe put(String name, float[] values, int... inner) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        floats.put(name, values.clone());
        return put(name, "F32", values.length, bytes.array(), inner);
    }

    /** Adds a tensor of bytes. */
    public FolderRecipe putBytes(String name, byte[] values, int... inner) {
        return put(name, "U8", values.length, values, inner);
    }

    /** Adds a tensor of 32-bit integers. */
    public FolderRecipe putWords(String name, int[] values, int... inner) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putInt(value);
        }
        return put(name, "I32", values.length, bytes.array(), inner);
    }

    /** Adds a tensor of F16. */
    public FolderRecipe putHalves(String name, short[] values, int... inner) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (short value : values) {
            bytes.putShort(value);
        }
        return put(name, "F16", values.length, bytes.array(), inner);
    }

    private FolderRecipe put(String name, String dtype, int elements, byte[] bytes, int... inner) {
        List<Integer> shape = new ArrayList<>(List.of(elements));
        for (int size : inner) {
            shape.set(0, shape.getFirst() / size);
            shape.add(size);
        }
        int from = data.size();
        data.writeBytes(bytes);
        headers.put(
                name,
                "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":[" + from + ","
                        + data.size() + "]}");
        return this;
    }

    /** What was put under a name as floats. */
    public float[] floats(String name) {
        float[] values = floats.get(name);
        if (values == null) {
            throw new AssertionError("no tensor " + name);
        }
        return values;
    }

    /** Keeps floats under a name without storing a tensor. */
    public void remember(String name, float[] values) {
        floats.put(name, values.clone());
    }

    public boolean has(String name) {
        return floats.containsKey(name);
    }

    /** The bytes of model.safetensors. */
    public byte[] shard() {
        byte[] header = ("{" + String.join(",", headers.values()) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        return file.putLong(header.length).put(header).put(data.toByteArray()).array();
    }

    /** Writes config.json and model.safetensors. */
    public Path write(Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), config);
        Files.write(folder.resolve("model.safetensors"), shard());
        return folder;
    }
}
