package dev.hwc.compiler.weights;

import dev.hwc.ir.format.gguf.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The codes inside the blocks whose values are scale · (code − zero): types of which single values
 * can move within a block without loss. Layouts: ggml-common.h.
 */
enum BlockCodes {
    /** Scale (half), 32 signed bytes. */
    Q8_0(GgmlType.Q8_0, 0) {
        @Override
        int code(MemorySegment blocks, long block, int index) {
            return blocks.get(ValueLayout.JAVA_BYTE, block + SCALE_BYTES + index);
        }

        @Override
        void setCode(MemorySegment blocks, long block, int index, int code) {
            blocks.set(ValueLayout.JAVA_BYTE, block + SCALE_BYTES + index, (byte) code);
        }
    },
    /** Scale (half), 16 bytes: values 0-15 in the low nibbles, 16-31 in the high ones. */
    Q4_0(GgmlType.Q4_0, 8) {
        @Override
        int code(MemorySegment blocks, long block, int index) {
            int pair = blocks.get(ValueLayout.JAVA_BYTE, block + SCALE_BYTES + index % 16);
            return pair >> shift(index) & 15;
        }

        @Override
        void setCode(MemorySegment blocks, long block, int index, int code) {
            long at = block + SCALE_BYTES + index % 16;
            int others = blocks.get(ValueLayout.JAVA_BYTE, at) & ~(15 << shift(index));
            blocks.set(ValueLayout.JAVA_BYTE, at, (byte) (others | code << shift(index)));
        }

        private int shift(int index) {
            return index < 16 ? 0 : 4;
        }
    };

    /** The scale stands first in each block. */
    static final int SCALE_BYTES = 2;

    private final GgmlType type;
    private final int zero;

    BlockCodes(GgmlType type, int zero) {
        this.type = type;
        this.zero = zero;
    }

    /** True when a type is listed here. */
    static boolean knows(GgmlType type) {
        return type == GgmlType.Q8_0 || type == GgmlType.Q4_0;
    }

    /** The codes of a type that is {@link #knows known}. */
    static BlockCodes of(GgmlType type) {
        return valueOf(type.name());
    }

    GgmlType type() {
        return type;
    }

    /** The code of the value zero. */
    int zero() {
        return zero;
    }

    /** Code number {@code index} of the block that begins at byte {@code block}. */
    abstract int code(MemorySegment blocks, long block, int index);

    abstract void setCode(MemorySegment blocks, long block, int index, int code);
}
