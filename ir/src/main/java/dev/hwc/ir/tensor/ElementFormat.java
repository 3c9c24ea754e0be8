package dev.hwc.ir.tensor;

import java.util.Locale;

/**
 * Number format of a value that flows between operations. What an arithmetic does inside an
 * operation (quantized activations, wide accumulators) is not visible here; the storage types of
 * weights are {@code GgmlType}s of the {@link Parameter}s.
 */
public enum ElementFormat {
    /** IEEE 754 binary32. */
    F32,
    /** 32-bit two's complement, for token ids. */
    I32;

    /** The name used in the text form: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
