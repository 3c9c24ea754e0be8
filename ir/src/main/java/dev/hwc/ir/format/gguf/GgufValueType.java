package dev.hwc.ir.format.gguf;

import java.util.Locale;
import java.util.Optional;

/** The metadata value types of GGUF v2 and v3, in the order of their ids. */
public enum GgufValueType {
    U8(0, 1),
    I8(1, 1),
    U16(2, 2),
    I16(3, 2),
    U32(4, 4),
    I32(5, 4),
    F32(6, 4),
    BOOL(7, 1),
    STRING(8, 8),
    ARRAY(9, 12),
    U64(10, 8),
    I64(11, 8),
    F64(12, 8);

    private static final GgufValueType[] BY_ID = values();

    private final int id;
    private final int minimumBytes;

    GgufValueType(int id, int minimumBytes) {
        this.id = id;
        this.minimumBytes = minimumBytes;
    }

    static Optional<GgufValueType> byId(int id) {
        return id >= 0 && id < BY_ID.length ? Optional.of(BY_ID[id]) : Optional.empty();
    }

    int id() {
        return id;
    }

    /** Bytes of a number or bool; for strings and arrays, bytes of an empty one. */
    int minimumBytes() {
        return minimumBytes;
    }

    /** True for types whose value is a whole number. */
    public boolean isWhole() {
        return switch (this) {
            case U8, I8, U16, I16, U32, I32, U64, I64 -> true;
            case F32, F64, BOOL, STRING, ARRAY -> false;
        };
    }

    /** True for {@link #F32} and {@link #F64}. */
    public boolean isReal() {
        return this == F32 || this == F64;
    }

    /** The name in messages, for example {@code u32}. */
    public String lowerName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
