package dev.hwc.ir.format.safetensors;

import dev.hwc.ir.IrException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * One tensor of a shard.
 *
 * @param name unique in its folder
 * @param dtype as written, for example {@code BF16}
 * @param shape outermost size first
 * @param data row by row; valid until the folder is closed
 */
public record StoredTensor(String name, String dtype, List<Long> shape, MemorySegment data) {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /** Element {@code index} of an I32 tensor, counted through all rows. */
    int integer(long index) {
        return data.get(INT, index * 4);
    }

    /** Element {@code index} of an F16 tensor. */
    float half(long index) {
        return Float.float16ToFloat(halfBits(index));
    }

    /** Its bits. */
    short halfBits(long index) {
        return data.get(SHORT, index * 2);
    }

    /** Number of values. */
    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Whether it holds F32, F16 or BF16 numbers. */
    public boolean isFloat() {
        return dtype.equals("F32") || dtype.equals("F16") || dtype.equals("BF16");
    }

    /** Whether all its bits are zero. */
    public boolean isZero() {
        for (long at = 0; at < data.byteSize(); at++) {
            if (data.get(ValueLayout.JAVA_BYTE, at) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The only number of a tensor for which {@link #isFloat()} holds. */
    float number() {
        return switch (dtype) {
            case "F32" -> Float.intBitsToFloat(data.get(INT, 0));
            case "F16" -> half(0);
            default -> Float.intBitsToFloat(data.get(SHORT, 0) << 16);
        };
    }

    /** The tensor, if it has this type and shape. */
    StoredTensor checked(String neededType, Long... neededShape) {
        if (!dtype.equals(neededType) || !shape.equals(List.of(neededShape))) {
            throw new IrException(
                    name + " is " + dtype + " " + shape + "; needed is " + neededType + " " + List.of(neededShape));
        }
        return this;
    }
}
