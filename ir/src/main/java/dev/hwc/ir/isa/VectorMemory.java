package dev.hwc.ir.isa;

import java.util.Locale;

/** Buffers the vector unit reads; the ordinal is the field value. */
public enum VectorMemory {
    OUTPUT,
    VECTOR,
    LOAD;

    private static final VectorMemory[] ALL = values();

    public static VectorMemory of(int index) {
        return ALL[index];
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
