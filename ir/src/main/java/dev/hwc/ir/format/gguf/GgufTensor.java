package dev.hwc.ir.format.gguf;

import dev.hwc.ir.IrException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One tensor of an open file.
 *
 * @param name unique in its file
 * @param shape GGUF order: the row length first; 1 to 4 sizes, each at least 1
 * @param offset where the data begins, in bytes from the start of the file
 * @param data the raw blocks, row by row; valid until the file is closed
 */
public record GgufTensor(String name, GgmlType type, List<Long> shape, long offset, MemorySegment data) {

    public GgufTensor {
        shape = List.copyOf(shape);
    }

    /** Values per row. */
    public long columns() {
        return shape.getFirst();
    }

    /** Rows over all outer dimensions; 1 for a vector. */
    public long rows() {
        return elements() / columns();
    }

    public long elements() {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    /** Size of {@link #data()}. */
    public long bytes() {
        return data.byteSize();
    }

    /**
     * Row {@code row} decoded.
     *
     * @throws IrException when the type is not supported
     * @throws IndexOutOfBoundsException when there is no such row
     */
    public float[] row(long row) {
        if (columns() > Integer.MAX_VALUE - 16) {
            throw new IrException("tensor " + name + " has rows of " + columns() + " values; an array cannot hold one");
        }
        float[] values = new float[(int) columns()];
        type.readRow(data, row, values.length, values);
        return values;
    }
}
