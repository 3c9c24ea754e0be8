package dev.hwc.ir.isa;

import java.util.Locale;

/** Functions of the {@code vector} instruction; the ordinal is the field value (isa.md §5). */
public enum VectorFunction {
    COPY,
    ADD,
    MUL,
    ROPE,
    SILUMUL,
    NORM,
    SOFTMAX,
    DEQUANT;

    private static final VectorFunction[] ALL = values();

    public static VectorFunction of(int index) {
        return ALL[index];
    }

    /** Whether operand B is read. */
    public boolean readsB() {
        return this != COPY;
    }

    /** Whether the deep datapath (function unit) is used: depths 72 and 56 (timing.md T15). */
    public boolean deep() {
        return this == SILUMUL || this == SOFTMAX;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
