package dev.hwc.ir.format.model;

import dev.hwc.ir.IrException;
import dev.hwc.ir.format.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A weight of a {@link Model}, with or without its data.
 *
 * @param spec name, shape and type
 * @param blocks the raw blocks, row by row, valid until the model is closed; empty for a shape
 *     without weights
 */
public record WeightTensor(WeightSpec spec, Optional<MemorySegment> blocks) {

    public String name() {
        return spec.name();
    }

    public long rows() {
        return spec.rows();
    }

    public long columns() {
        return spec.columns();
    }

    public GgmlType type() {
        return spec.type();
    }

    public boolean hasData() {
        return blocks.isPresent();
    }

    /**
     * The raw blocks.
     *
     * @throws IrException when the model is a shape without weights
     */
    public MemorySegment data() {
        return blocks.orElseThrow(() -> new IrException(
                "weight " + name() + " has no data because the model is a shape; use a model file to compute with it"));
    }

    /**
     * Row {@code row} decoded.
     *
     * @throws IrException when there is no data or the type is not supported
     * @throws IndexOutOfBoundsException when there is no such row
     */
    public float[] row(long row) {
        float[] values = new float[Math.toIntExact(columns())];
        type().readRow(data(), row, values.length, values);
        return values;
    }
}
