package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parses header, metadata and tensor directory of a GGUF file that may be hostile: limits on every
 * count, exact arithmetic, no recursion. Format: GGUF specification, versions 2 and 3.
 */
final class GgufParser {
    static final int MAGIC = 0x46554747; // "GGUF"
    static final int MAXIMUM_TENSORS = 65_536;
    static final int MAXIMUM_KEYS = 65_536;
    static final int MAXIMUM_STRING_BYTES = 1 << 20;
    static final int MAXIMUM_KEY_BYTES = 65_535;
    static final int MAXIMUM_ARRAY_LENGTH = 1 << 24;
    static final int MAXIMUM_DIMENSIONS = 4;
    static final int MAXIMUM_ALIGNMENT = 1 << 20;
    static final int DEFAULT_ALIGNMENT = 32;
    static final String ALIGNMENT_KEY = "general.alignment";

    /** Key length, one byte of key, type, one byte of value. */
    private static final int MINIMUM_KEY_VALUE_BYTES = 8 + 1 + 4 + 1;
    /** Name length, one byte of name, dimension count, one dimension, type, offset. */
    private static final int MINIMUM_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

    private final String source;
    private final MemorySegment bytes;
    private final GgufCursor cursor;

    GgufParser(String source, MemorySegment bytes) {
        this.source = source;
        this.bytes = bytes;
        this.cursor = new GgufCursor(source, bytes);
    }

    /** What a file holds. */
    record Content(int version, int alignment, GgufMetadata metadata, List<GgufTensor> tensors) {}

    /** One directory entry; {@code at} is where it stands, {@code offset} counts from the data section. */
    private record Entry(long at, String name, GgmlType type, List<Long> shape, long offset, long size) {}

    Content parse() {
        int version = header();
        long tensorCountAt = cursor.position();
        int tensorCount = cursor.count("tensor count", MINIMUM_TENSOR_BYTES, MAXIMUM_TENSORS);
        int keyCount = cursor.count("metadata count", MINIMUM_KEY_VALUE_BYTES, MAXIMUM_KEYS);
        GgufMetadata metadata = metadata(keyCount);
        int alignment = alignment(metadata);
        checkRoomForTensors(tensorCountAt, tensorCount);
        List<Entry> entries = directory(tensorCount, alignment);
        return new Content(version, alignment, metadata, place(entries, alignment));
    }

    private int header() {
        int magic = cursor.u32("magic");
        if (magic != MAGIC) {
            throw cursor.error(
                    0,
                    String.format("magic is 0x%08x, expected 0x%08x ('GGUF'); this is not a GGUF file", magic, MAGIC));
        }
        int version = cursor.u32("version");
        if (version != 2 && version != 3) {
            boolean swapped = Integer.reverseBytes(version) >= 1 && Integer.reverseBytes(version) <= 3;
            throw cursor.error(
                    4,
                    swapped
                            ? "the file is big-endian; convert it to little-endian"
                            : "GGUF version " + Integer.toUnsignedString(version)
                                    + " is not supported; supported are 2 and 3; convert the model again");
        }
        return version;
    }

    private GgufMetadata metadata(int count) {
        Map<String, GgufValue> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            long at = cursor.position();
            String key = cursor.name("metadata key", MAXIMUM_KEY_BYTES);
            GgufValueType type = valueType("value type of key '" + key + "'");
            if (values.put(key, value(key, type)) != null) {
                throw cursor.error(at, "metadata key '" + key + "' appears twice; the file is corrupt");
            }
        }
        return new GgufMetadata(source, values);
    }

    private GgufValueType valueType(String what) {
        long at = cursor.position();
        int id = cursor.u32(what);
        return GgufValueType.byId(id)
                .orElseThrow(() -> cursor.error(
                        at, what + " is " + Integer.toUnsignedString(id) + "; known are 0 to 12; the file is corrupt"));
    }

    private GgufValue value(String key, GgufValueType type) {
        return switch (type) {
            case U8 -> new GgufValue.Whole(type, cursor.u8(key) & 0xFF);
            case I8 -> new GgufValue.Whole(type, cursor.u8(key));
            case U16 -> new GgufValue.Whole(type, cursor.u16(key) & 0xFFFF);
            case I16 -> new GgufValue.Whole(type, cursor.u16(key));
            case U32 -> new GgufValue.Whole(type, cursor.u32(key) & 0xFFFF_FFFFL);
            case I32 -> new GgufValue.Whole(type, cursor.u32(key));
            case U64, I64 -> new GgufValue.Whole(type, cursor.u64(key));
            case F32 -> new GgufValue.Real(type, cursor.f32(key));
            case F64 -> new GgufValue.Real(type, cursor.f64(key));
            case BOOL -> new GgufValue.Bool(bool(key));
            case STRING -> new GgufValue.Text(cursor.string(key, MAXIMUM_STRING_BYTES));
            case ARRAY -> array(key);
        };
    }

    private boolean bool(String key) {
        long at = cursor.position();
        byte value = cursor.u8(key);
        if (value != 0 && value != 1) {
            throw cursor.error(at, "bool of key '" + key + "' is " + value + "; allowed are 0 and 1");
        }
        return value == 1;
    }

    private GgufValue array(String key) {
        long at = cursor.position();
        GgufValueType elements = valueType("element type of array '" + key + "'");
        if (elements == GgufValueType.ARRAY) {
            throw cursor.error(at, "key '" + key + "' is an array of arrays, which is not supported");
        }
        int count = cursor.count("length of array '" + key + "'", elements.minimumBytes(), MAXIMUM_ARRAY_LENGTH);
        return elements == GgufValueType.STRING ? strings(key, count) : numbers(key, elements, count);
    }

    private GgufValue strings(String key, int count) {
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
            values[i] = cursor.string(key, MAXIMUM_STRING_BYTES);
        }
        return new GgufValue.TextArray(values);
    }

    private GgufValue numbers(String key, GgufValueType elements, int count) {
        return new GgufValue.NumberArray(elements, cursor.take((long) count * elements.minimumBytes(), key));
    }

    /** The alignment that {@code metadata} asks for, 32 without one. */
    static int alignment(GgufMetadata metadata) {
        int alignment = metadata.integer(ALIGNMENT_KEY, 1, MAXIMUM_ALIGNMENT, DEFAULT_ALIGNMENT);
        if (Integer.bitCount(alignment) != 1) {
            throw metadata.error(
                    ALIGNMENT_KEY, "is " + alignment + "; allowed are powers of two up to " + MAXIMUM_ALIGNMENT);
        }
        return alignment;
    }

    private void checkRoomForTensors(long at, int count) {
        long possible = cursor.remaining() / MINIMUM_TENSOR_BYTES;
        if (count > possible) {
            throw cursor.error(
                    at,
                    "tensor count " + count + " exceeds what the " + cursor.remaining()
                            + " bytes after the metadata can hold (at most " + possible
                            + "); the file is truncated or corrupt");
        }
    }

    private List<Entry> directory(int count, int alignment) {
        List<Entry> entries = new ArrayList<>(count);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            Entry entry = entry(alignment);
            if (!names.add(entry.name)) {
                throw cursor.error(entry.at, "tensor '" + entry.name + "' appears twice; the file is corrupt");
            }
            entries.add(entry);
        }
        return entries;
    }

    private Entry entry(int alignment) {
        long at = cursor.position();
        String name = cursor.name("tensor name", MAXIMUM_STRING_BYTES);
        List<Long> shape = shape(name);
        GgmlType type = tensorType(name);
        long size = size(at, name, type, shape);
        long offsetAt = cursor.position();
        long offset = cursor.u64("offset of tensor '" + name + "'");
        if (offset % alignment != 0) {
            throw cursor.error(
                    offsetAt,
                    "tensor '" + name + "' has data offset " + Long.toUnsignedString(offset)
                            + ", which is not a multiple of the alignment " + alignment + "; the file is corrupt");
        }
        return new Entry(at, name, type, shape, offset, size);
    }

    private List<Long> shape(String name) {
        long at = cursor.position();
        int dimensions = cursor.u32("dimension count of tensor '" + name + "'");
        if (dimensions < 1 || dimensions > MAXIMUM_DIMENSIONS) {
            throw cursor.error(
                    at,
                    "tensor '" + name + "' has " + Integer.toUnsignedString(dimensions)
                            + " dimensions; allowed are 1 to " + MAXIMUM_DIMENSIONS);
        }
        List<Long> shape = new ArrayList<>(dimensions);
        for (int i = 0; i < dimensions; i++) {
            long sizeAt = cursor.position();
            long size = cursor.u64("dimension " + i + " of tensor '" + name + "'");
            if (size <= 0) {
                throw cursor.error(
                        sizeAt,
                        "dimension " + i + " of tensor '" + name + "' is " + Long.toUnsignedString(size)
                                + "; allowed are 1 to 2^63-1");
            }
            shape.add(size);
        }
        return shape;
    }

    private GgmlType tensorType(String name) {
        long at = cursor.position();
        int id = cursor.u32("type of tensor '" + name + "'");
        try {
            return GgmlType.byId(id);
        } catch (IrException e) {
            throw cursor.error(at, "tensor '" + name + "': " + e.getMessage(), e);
        }
    }

    private long size(long at, String name, GgmlType type, List<Long> shape) {
        try {
            long size = type.rowBytes(shape.getFirst());
            for (long factor : shape.subList(1, shape.size())) {
                size = Math.multiplyExact(size, factor);
            }
            return size;
        } catch (IrException e) {
            throw cursor.error(at, "tensor '" + name + "': " + e.getMessage(), e);
        } catch (ArithmeticException e) {
            String problem = "tensor '" + name + "' of shape " + shape + " exceeds 2^63 bytes; the file is corrupt";
            throw cursor.error(at, problem, e);
        }
    }

    /** Gives every tensor its slice of the data section, which begins at the next aligned byte. */
    private List<GgufTensor> place(List<Entry> entries, int alignment) {
        long dataStart = Math.addExact(cursor.position(), alignment - 1L) & -(long) alignment;
        List<GgufTensor> tensors = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            tensors.add(place(entry, dataStart));
        }
        checkDisjoint(tensors);
        return List.copyOf(tensors);
    }

    private GgufTensor place(Entry entry, long dataStart) {
        long available = Math.max(0, bytes.byteSize() - dataStart);
        boolean inside = entry.offset >= 0 && entry.offset <= available && entry.size <= available - entry.offset;
        if (!inside) {
            throw cursor.error(
                    entry.at,
                    "tensor '" + entry.name + "' takes " + entry.size + " bytes from data offset "
                            + Long.toUnsignedString(entry.offset) + " but the data section has " + available
                            + "; the file is truncated, copy or download it again");
        }
        long at = dataStart + entry.offset;
        return new GgufTensor(entry.name, entry.type, entry.shape, at, bytes.asSlice(at, entry.size));
    }

    private void checkDisjoint(List<GgufTensor> tensors) {
        List<GgufTensor> sorted = new ArrayList<>(tensors);
        sorted.sort(Comparator.comparingLong(GgufTensor::offset));
        for (int i = 1; i < sorted.size(); i++) {
            GgufTensor before = sorted.get(i - 1);
            GgufTensor tensor = sorted.get(i);
            if (before.offset() + before.bytes() > tensor.offset()) {
                throw cursor.error(
                        tensor.offset(),
                        "data of tensors '" + before.name() + "' and '" + tensor.name()
                                + "' overlap; the file is corrupt");
            }
        }
    }
}
