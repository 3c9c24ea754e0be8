package dev.hwc.ir.isa;

import java.util.Locale;

/** Destination kinds of the {@code vector} instruction; the ordinal is the field value. */
public enum VectorTarget {
    VECTOR_FP32,
    STORE_FP32,
    ACTIVATION_A8,
    STORE_INT8;

    private static final VectorTarget[] ALL = values();

    public static VectorTarget of(int index) {
        return ALL[index];
    }

    /** Whether values are quantized on the way. */
    public boolean quantizes() {
        return this == ACTIVATION_A8 || this == STORE_INT8;
    }

    /** Name in text forms. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
