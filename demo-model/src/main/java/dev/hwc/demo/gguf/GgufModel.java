package dev.hwc.demo.gguf;

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
import java.util.Objects;

/**
 * A GGUF file read back: metadata as Java values, tensors as floats.
 *
 * @param metadata values are Integer, Float, Boolean, String or a List of these
 * @param tensors row-major
 */
public record GgufModel(Map<String, Object> metadata, Map<String, float[]> tensors) {
    private static final int ALIGNMENT = 32;

    /** Reads a whole file. */
    public static GgufModel read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[4];
        in.get(magic);
        int version = in.getInt();
        if (!"GGUF".equals(new String(magic, StandardCharsets.US_ASCII)) || version != 3) {
            throw new IOException(file + ": not a GGUF file of version 3");
        }
        long tensorCount = in.getLong();
        long keys = in.getLong();
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (long i = 0; i < keys; i++) {
            metadata.put(string(in), value(in, in.getInt()));
        }
        return new GgufModel(metadata, tensors(in, tensorCount));
    }

    /** A value of the metadata. */
    public <T> T get(String key, Class<T> type) {
        return type.cast(Objects.requireNonNull(metadata.get(key), key));
    }

    /** One tensor. */
    public float[] tensor(String name) {
        float[] values = tensors.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no tensor named " + name);
        }
        return values;
    }

    private record Entry(String name, int count, Block32 type, long offset) {}

    private static Map<String, float[]> tensors(ByteBuffer in, long count) {
        List<Entry> entries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String name = string(in);
            int elements = 1;
            for (int d = in.getInt(); d > 0; d--) {
                elements *= Math.toIntExact(in.getLong());
            }
            entries.add(new Entry(name, elements, Block32.of(in.getInt()), in.getLong()));
        }
        int data = (in.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        Map<String, float[]> tensors = new LinkedHashMap<>();
        for (Entry e : entries) {
            in.position(data + Math.toIntExact(e.offset()));
            tensors.put(e.name(), e.type().read(in, e.count()));
        }
        return tensors;
    }

    private static Object value(ByteBuffer in, int type) {
        return switch (type) {
            case 4, 5 -> in.getInt();
            case 6 -> in.getFloat();
            case 7 -> in.get() != 0;
            case 8 -> string(in);
            case 9 -> {
                int element = in.getInt();
                List<Object> list = new ArrayList<>();
                for (long n = in.getLong(); n > 0; n--) {
                    list.add(value(in, element));
                }
                yield list;
            }
            default -> throw new IllegalArgumentException("metadata type " + type + " is not used by this model");
        };
    }

    private static String string(ByteBuffer in) {
        byte[] utf8 = new byte[Math.toIntExact(in.getLong())];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
