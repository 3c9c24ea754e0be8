package dev.hwc.ir.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Shape and number format of a value, row-major: the last dimension is contiguous. Written {@code
 * [M,64]f32}. Spec: type T1.
 */
public record TensorType(List<Dim> shape, ElementFormat format) {
    public TensorType {
        shape = List.copyOf(shape);
        Check.that(!shape.isEmpty(), "type T1", "shape is empty; a value has at least one dimension");
    }

    public static TensorType f32(Dim... shape) {
        return new TensorType(Arrays.asList(shape), ElementFormat.F32);
    }

    public static TensorType i32(Dim... shape) {
        return new TensorType(Arrays.asList(shape), ElementFormat.I32);
    }

    public int rank() {
        return shape.size();
    }

    public Dim dim(int index) {
        return shape.get(index);
    }

    /** Number of elements in a step of {@code tokens} new tokens after {@code past} earlier ones. */
    public long elements(long tokens, long past) {
        return shape.stream().mapToLong(dim -> dim.size(tokens, past)).reduce(1, Math::multiplyExact);
    }

    @Override
    public String toString() {
        return shape.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]")) + format.text();
    }
}
