package dev.hwc.compiler.lower;

import dev.hwc.ir.tensor.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the vectors of a layer stand, from the start of the layer's constants in window 1. */
public final class LayerConstants {
    private final Map<Parameter, Long> offsets = new LinkedHashMap<>();
    private long bytes;

    LayerConstants(Network.Layer layer) {
        add(layer.norm());
        add(layer.feedForwardNorm());
        add(layer.key());
        add(layer.value());
        add(layer.query());
        add(layer.keyNorm());
        add(layer.queryNorm());
        add(layer.output());
        add(layer.gate());
        add(layer.up());
        add(layer.down());
    }

    private void add(Network.Addition addition) {
        add(addition.before());
        add(addition.projection());
        add(addition.after());
    }

    private void add(Network.@Nullable Norm norm) {
        if (norm != null) {
            add(norm.weight());
            add(norm.bias());
        }
    }

    private void add(Network.@Nullable Projection projection) {
        if (projection != null) {
            add(projection.bias());
        }
    }

    private void add(@Nullable Parameter parameter) {
        if (parameter != null) {
            offsets.put(parameter, bytes);
            bytes += ModelLayout.vectorBytes(Math.toIntExact(parameter.columns()));
        }
    }

    /** Offset of a vector in bytes. */
    public long offset(Parameter parameter) {
        Long offset = offsets.get(parameter);
        if (offset == null) {
            throw new IllegalArgumentException(parameter + " is no constant of this layer");
        }
        return offset;
    }

    /** All vectors with their offsets. */
    public Map<Parameter, Long> all() {
        return Map.copyOf(offsets);
    }

    long bytes() {
        return bytes;
    }
}
