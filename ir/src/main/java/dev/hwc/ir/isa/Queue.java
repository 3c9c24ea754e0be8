package dev.hwc.ir.isa;

import java.util.Locale;

/** The four queues; the ordinal is the field value in the instruction word. */
public enum Queue {
    LOAD,
    MATRIX,
    VECTOR,
    STORE;

    private static final Queue[] ALL = values();

    /** Queue of a field value 0..3. */
    public static Queue of(int index) {
        return ALL[index];
    }

    /** Bit in a token mask over all four queues. */
    public int bit() {
        return 1 << ordinal();
    }

    /** Name in text forms. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
