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
        return Float.float16ToFloat(data.get(SHORT, index * 2));
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
