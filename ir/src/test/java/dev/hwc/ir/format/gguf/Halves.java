package dev.hwc.ir.format.gguf;

/** Where the blocks of a type hold binary16 numbers: random bytes there could be infinite or NaN. */
public final class Halves {
    private Halves() {}

    /** Byte offsets within a block. */
    public static int[] of(GgmlType type) {
        return switch (type) {
            case Q4_0, Q5_0, Q8_0, IQ4_NL, IQ4_XS, Q4_ZP -> new int[] {0};
            case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
            case Q2_K -> new int[] {80, 82};
            case Q3_K -> new int[] {108};
            case Q6_K -> new int[] {208};
            case TQ1_0 -> new int[] {52};
            case TQ2_0 -> new int[] {64};
            default -> throw new IllegalArgumentException(type + " has no integer blocks");
        };
    }
}
