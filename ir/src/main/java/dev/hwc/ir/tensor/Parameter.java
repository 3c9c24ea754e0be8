package dev.hwc.ir.tensor;

import dev.hwc.ir.format.gguf.GgmlType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A weight of the model file: its name there, its shape row-major (outermost first, so a matrix of
 * n outputs and k inputs is [n,k]) and its storage type. Written {@code @name:[n,k]q8_0}. Spec:
 * parameter P1-P3.
 */
public record Parameter(String name, List<Long> shape, GgmlType type) {
    public Parameter {
        Check.name(name, "parameter P1", "parameter");
        shape = List.copyOf(shape);
        Check.that(
                (shape.size() == 1 || shape.size() == 2) && shape.stream().allMatch(size -> size >= 1),
                "parameter P2",
                "%s has shape %s; allowed are one or two dimensions of at least 1",
                name,
                shape);
        Check.that(
                type.divides(shape.getLast()),
                "parameter P3",
                "%s has rows of %d weights; %s needs a multiple of %d",
                name,
                shape.getLast(),
                type.lowerName(),
                type.blockSize());
    }

    public static Parameter vector(String name, long length, GgmlType type) {
        return new Parameter(name, List.of(length), type);
    }

    public static Parameter matrix(String name, long rows, long columns, GgmlType type) {
        return new Parameter(name, List.of(rows, columns), type);
    }

    public int rank() {
        return shape.size();
    }

    /** Outputs of a matrix, or 1 for a vector. */
    public long rows() {
        return rank() == 2 ? shape.getFirst() : 1;
    }

    /** Inputs of a matrix, or the length of a vector. */
    public long columns() {
        return shape.getLast();
    }

    /** The type part of the text form, as {@code [n,k]q8_0}. */
    public String typeText() {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]")) + type.lowerName();
    }

    @Override
    public String toString() {
        return "@" + name + ":" + typeText();
    }
}
