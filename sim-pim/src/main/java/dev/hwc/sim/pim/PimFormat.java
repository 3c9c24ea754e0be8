package dev.hwc.sim.pim;

/** Formats of weights in units (docs/spec/pim-numerics.md). */
public enum PimFormat {
    /** IEEE binary16, multiplied and accumulated in binary16. */
    F16("f16", 16),
    /** bfloat16, multiplied exactly and summed in fp32. */
    BF16("bf16", 16),
    /** int8 codes with a binary16 scale per 32. */
    I8("i8", 8),
    /** int4 codes with a binary16 scale per 32. */
    I4("i4", 4);

    private final String text;
    private final int bits;

    PimFormat(String text, int bits) {
        this.text = text;
        this.bits = bits;
    }

    public String text() {
        return text;
    }

    /** Bits of a code. */
    public int bits() {
        return bits;
    }

    /** Bytes of so many activations: as wide as weights, or int8 codes with bfloat16 scales. */
    public long operandBytes(int elements) {
        return blocks() ? elements + 2L * Math.ceilDiv(elements, 32) : 2L * elements;
    }

    /** Bits of a sum as it is read. */
    public int sumBits() {
        return blocks() ? 48 : 16;
    }

    /** Whether blocks of 32 codes have a scale. */
    public boolean blocks() {
        return this == I8 || this == I4;
    }
}
