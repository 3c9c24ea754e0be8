package dev.hwc.ir.format.safetensors;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.OneLine;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One safetensors file: eight bytes with the length of the header, the header as JSON, then the data.
 * Lengths are checked against the file before anything is read.
 */
final class SafetensorsFile {
    private static final long MAXIMUM_HEADER = 64L << 20;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final Map<String, Integer> BYTES =
            Map.of("F32", 4, "F16", 2, "BF16", 2, "I32", 4, "U8", 1, "BOOL", 1, "I8", 1, "I64", 8);
    private static final int MAXIMUM_RANK = 8;

    private final String source;
    private final MemorySegment bytes;

    private SafetensorsFile(String source, MemorySegment bytes) {
        this.source = source;
        this.bytes = bytes;
    }

    /**
     * The tensors of a file.
     *
     * @param arena owns the mapping
     * @throws IrException naming the file, and the tensor where one is at fault
     */
    static List<StoredTensor> read(Path path, Arena arena) {
        String source = String.valueOf(path.getFileName());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            return new SafetensorsFile(source, mapped).tensors();
        } catch (NoSuchFileException e) {
            throw new IrException(path + " does not exist; the folder is incomplete", e);
        } catch (IOException e) {
            throw new IrException(path + " cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private List<StoredTensor> tensors() {
        if (bytes.byteSize() < 8) {
            throw error("byte 0", "the file has " + bytes.byteSize() + " bytes; a header needs at least 8");
        }
        long header = bytes.get(LONG, 0);
        long limit = Math.min(MAXIMUM_HEADER, bytes.byteSize() - 8);
        if (header < 2 || header > limit) {
            throw error("byte 0", "the header has " + header + " bytes; allowed are 2 to " + limit);
        }
        MemorySegment data = bytes.asSlice(8 + header);
        List<StoredTensor> tensors = new ArrayList<>();
        entries(header).forEach((name, entry) -> tensors.add(tensor(name, entry, data)));
        return tensors;
    }

    private Map<String, JsonNode> entries(long header) {
        try {
            JsonNode root =
                    JsonMapper.shared().readTree(bytes.asSlice(8, header).toArray(ValueLayout.JAVA_BYTE));
            if (!root.isObject()) {
                throw error("byte 8", "the header is no JSON object");
            }
            Map<String, JsonNode> entries = new LinkedHashMap<>();
            root.propertyStream()
                    .filter(entry -> !entry.getKey().equals("__metadata__"))
                    .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
            return entries;
        } catch (JacksonException e) {
            throw new IrException(
                    source + " at byte 8: the header is no JSON (" + OneLine.of(e.getOriginalMessage()) + ")", e);
        }
    }

    private StoredTensor tensor(String name, JsonNode entry, MemorySegment data) {
        String dtype = entry.path("dtype").asString("");
        Integer size = BYTES.get(dtype);
        if (size == null) {
            throw error(
                    name, "dtype '" + dtype + "' is not supported; supported are F32, F16, BF16, packed I32 and U8");
        }
        List<Long> shape = numbers(name, entry.path("shape"));
        List<Long> offsets = numbers(name, entry.path("data_offsets"));
        if (shape.size() > MAXIMUM_RANK || shape.contains(0L) || offsets.size() != 2) {
            throw error(
                    name,
                    "shape " + shape + " and offsets " + offsets + "; needed are at most " + MAXIMUM_RANK
                            + " sizes above 0 and 2 offsets");
        }
        long elements;
        try {
            elements = Math.multiplyExact((long) size, shape.stream().reduce(1L, Math::multiplyExact));
        } catch (ArithmeticException e) {
            throw new IrException(source + " at " + OneLine.of(name) + ": shape " + shape + " overflows", e);
        }
        long from = offsets.getFirst();
        long to = offsets.getLast();
        if (to > data.byteSize() || to - from != elements) {
            throw error(
                    name, "data " + offsets + " of " + data.byteSize() + " bytes do not hold " + elements + " bytes");
        }
        return new StoredTensor(name, dtype, shape, data.asSlice(from, elements));
    }

    /** Whole numbers from 0 on. */
    private List<Long> numbers(String name, JsonNode array) {
        List<Long> numbers = new ArrayList<>();
        for (JsonNode number : array) {
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
                throw error(name, "found " + OneLine.of(number.toString()) + " where a size is needed");
            }
            numbers.add(number.asLong());
        }
        return numbers;
    }

    private IrException error(String where, String what) {
        return new IrException(
                source + " at " + OneLine.of(where) + ": " + what + "; the file is corrupt or not supported");
    }
}
