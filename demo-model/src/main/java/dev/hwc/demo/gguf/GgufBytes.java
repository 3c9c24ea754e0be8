package dev.hwc.demo.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Collects metadata and tensors and lays them out as GGUF version 3: header, metadata, tensor table, aligned data. */
final class GgufBytes {
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int UNSIGNED = 4;
    private static final int INTEGER = 5;
    private static final int REAL = 6;
    private static final int FLAG = 7;
    private static final int TEXT = 8;
    private static final int ARRAY = 9;

    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private final ByteArrayOutputStream table = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int keys;
    private int tensors;

    void text(String key, String value) {
        key(key, TEXT);
        string(metadata, value);
    }

    void unsigned(String key, int value) {
        key(key, UNSIGNED);
        metadata.writeBytes(buffer(4).putInt(value).array());
    }

    void real(String key, float value) {
        key(key, REAL);
        metadata.writeBytes(buffer(4).putFloat(value).array());
    }

    void flag(String key, boolean value) {
        key(key, FLAG);
        metadata.write(value ? 1 : 0);
    }

    void texts(String key, List<String> values) {
        array(key, TEXT, values.size());
        values.forEach(value -> string(metadata, value));
    }

    void reals(String key, float[] values) {
        array(key, REAL, values.length);
        for (float value : values) {
            metadata.writeBytes(buffer(4).putFloat(value).array());
        }
    }

    void integers(String key, int[] values) {
        array(key, INTEGER, values.length);
        for (int value : values) {
            metadata.writeBytes(buffer(4).putInt(value).array());
        }
    }

    /** @param sizes fastest dimension first, as GGUF has it */
    void tensor(String name, int[] sizes, Block32 type, float[] values) {
        tensors++;
        string(table, name);
        table.writeBytes(buffer(4).putInt(sizes.length).array());
        for (int size : sizes) {
            table.writeBytes(buffer(8).putLong(size).array());
        }
        table.writeBytes(buffer(4).putInt(type.id()).array());
        table.writeBytes(buffer(8).putLong(data.size()).array());
        ByteBuffer encoded = buffer(Math.toIntExact(type.bytes(values.length)));
        type.write(values, encoded);
        data.writeBytes(encoded.array());
        pad(data, data.size());
    }

    byte[] build() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(
                buffer(20).putInt(VERSION).putLong(tensors).putLong(keys).array());
        file.writeBytes(metadata.toByteArray());
        file.writeBytes(table.toByteArray());
        pad(file, file.size());
        file.writeBytes(data.toByteArray());
        return file.toByteArray();
    }

    private void key(String key, int type) {
        keys++;
        string(metadata, key);
        metadata.writeBytes(buffer(4).putInt(type).array());
    }

    private void array(String key, int elementType, int length) {
        key(key, ARRAY);
        metadata.writeBytes(buffer(12).putInt(elementType).putLong(length).array());
    }

    private static void string(ByteArrayOutputStream out, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(buffer(8).putLong(utf8.length).array());
        out.writeBytes(utf8);
    }

    private static void pad(ByteArrayOutputStream out, int size) {
        out.writeBytes(new byte[Math.floorMod(-size, ALIGNMENT)]);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
