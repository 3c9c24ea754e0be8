package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a GGUF v3 file, whole or not at all. Metadata and tensors keep the order in which they were
 * added. Not thread-safe.
 *
 * <p>Example: {@code new GgufWriter().put("general.name", GgufValue.text("x")).tensor("w",
 * GgmlType.Q8_0, List.of(64L, 8L), rows).write(path)}.
 */
public final class GgufWriter {
    private static final int VERSION = 3;
    private static final int CHUNK_BYTES = 1 << 16;

    private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
    private final Map<String, Pending> tensors = new LinkedHashMap<>();
    private final WholeFile file;

    public GgufWriter() {
        this(new WholeFile());
    }

    GgufWriter(WholeFile file) {
        this.file = file;
    }

    /** Answers the values of one row, from index 0, so that a tensor need not be in memory at once. */
    @FunctionalInterface
    public interface RowSource {
        void read(long row, float[] target);
    }

    private record Pending(String name, GgmlType type, List<Long> shape, long rowBytes, long rows, Data data) {
        long bytes() {
            return Math.multiplyExact(rowBytes, rows);
        }
    }

    private interface Data {
        void writeTo(Pending tensor, OutputStream output) throws IOException;
    }

    /**
     * Adds a metadata value.
     *
     * @throws IrException when the key is empty or was added before
     */
    public GgufWriter put(String key, GgufValue value) {
        if (key.isEmpty() || metadata.putIfAbsent(key, value) != null) {
            throw new IrException("metadata key '" + key + "' is empty or was added before");
        }
        return this;
    }

    /**
     * Adds a tensor whose rows are quantized to {@code type} while writing.
     *
     * @param shape GGUF order, row length first
     * @throws IrException when the name was added before, the shape does not fit the type, or the
     *     type cannot be written
     */
    public GgufWriter tensor(String name, GgmlType type, List<Long> shape, RowSource rows) {
        Quantizer quantizer = type.quantizer();
        return add(name, type, shape, (tensor, output) -> writeRows(tensor, quantizer, rows, output));
    }

    /**
     * Adds a tensor whose blocks exist already; they are read when the file is written.
     *
     * @param shape GGUF order, row length first
     * @throws IrException as above, or when {@code blocks} has not the size of that shape
     */
    public GgufWriter blocks(String name, GgmlType type, List<Long> shape, MemorySegment blocks) {
        add(name, type, shape, (tensor, output) -> copy(blocks, output));
        long expected = pending(name).bytes();
        if (blocks.byteSize() != expected) {
            tensors.remove(name);
            throw new IrException("tensor '" + name + "' of shape " + shape + " and type " + type.lowerName()
                    + " takes " + expected + " bytes, but " + blocks.byteSize() + " were given");
        }
        return this;
    }

    private Pending pending(String name) {
        Pending tensor = tensors.get(name);
        if (tensor == null) {
            throw new IrException("tensor '" + name + "' was not added");
        }
        return tensor;
    }

    private GgufWriter add(String name, GgmlType type, List<Long> shape, Data data) {
        if (name.isEmpty() || tensors.containsKey(name)) {
            throw new IrException("tensor name '" + name + "' is empty or was added before");
        }
        if (!type.isInFiles()) {
            throw new IrException("tensor '" + name + "' is " + type.lowerName() + ", which GGUF files do not have");
        }
        if (shape.isEmpty()
                || shape.size() > GgufParser.MAXIMUM_DIMENSIONS
                || shape.stream().anyMatch(size -> size < 1)) {
            throw new IrException(
                    "tensor '" + name + "' has shape " + shape + "; allowed are 1 to 4 sizes of at least 1");
        }
        long rows = shape.stream().skip(1).reduce(1L, Math::multiplyExact);
        tensors.put(name, new Pending(name, type, List.copyOf(shape), type.rowBytes(shape.getFirst()), rows, data));
        return this;
    }

    /**
     * Writes the file; an existing file of that name is replaced.
     *
     * @throws IrException when a value cannot be quantized or the file cannot be written; then
     *     nothing is left behind and an existing file is unchanged
     */
    public void write(Path target) {
        int alignment = GgufParser.alignment(new GgufMetadata(String.valueOf(target.getFileName()), metadata));
        file.write(target, output -> new Encoder(output, alignment).encode());
    }

    private static void writeRows(Pending tensor, Quantizer quantizer, RowSource rows, OutputStream output)
            throws IOException {
        float[] values = new float[Math.toIntExact(tensor.shape.getFirst())];
        byte[] blocks = new byte[Math.toIntExact(tensor.rowBytes)];
        MemorySegment segment = MemorySegment.ofArray(blocks);
        for (long row = 0; row < tensor.rows; row++) {
            rows.read(row, values);
            try {
                quantizer.quantize(values, 0, values.length, segment, 0);
            } catch (IrException e) {
                throw new IrException("tensor '" + tensor.name + "' row " + row + ": " + e.getMessage(), e);
            }
            output.write(blocks);
        }
    }

    private static void copy(MemorySegment blocks, OutputStream output) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (long at = 0; at < blocks.byteSize(); at += CHUNK_BYTES) {
            int length = (int) Math.min(CHUNK_BYTES, blocks.byteSize() - at);
            MemorySegment.copy(blocks, ValueLayout.JAVA_BYTE, at, chunk, 0, length);
            output.write(chunk, 0, length);
        }
    }

    /** Lays out one file: header, metadata, directory, then aligned tensor data. */
    private final class Encoder {
        private final GgufOutput output;
        private final int alignment;

        Encoder(OutputStream output, int alignment) {
            this.output = new GgufOutput(output);
            this.alignment = alignment;
        }

        void encode() throws IOException {
            output.u32(GgufParser.MAGIC);
            output.u32(VERSION);
            output.u64(tensors.size());
            output.u64(metadata.size());
            for (Map.Entry<String, GgufValue> entry : metadata.entrySet()) {
                output.string(entry.getKey());
                output.typedValue(entry.getValue());
            }
            directory();
            for (Pending tensor : tensors.values()) {
                output.padTo(alignment);
                tensor.data.writeTo(tensor, output);
            }
            output.padTo(alignment);
        }

        private void directory() throws IOException {
            long offset = 0;
            for (Pending tensor : tensors.values()) {
                output.string(tensor.name);
                output.u32(tensor.shape.size());
                for (long size : tensor.shape) {
                    output.u64(size);
                }
                output.u32(tensor.type.id());
                output.u64(offset);
                offset = align(Math.addExact(offset, tensor.bytes()));
            }
        }

        private long align(long offset) {
            return Math.addExact(offset, alignment - 1L) & -(long) alignment;
        }
    }
}
