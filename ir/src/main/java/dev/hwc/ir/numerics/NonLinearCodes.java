package dev.hwc.ir.numerics;

import java.util.Arrays;

/**
 * The 16 unevenly spaced int8 values of {@code nl4} codes (N13). They are kvalues_iq4nl of llama.cpp's
 * ggml-common.h.
 */
public final class NonLinearCodes {
    private static final byte[] VALUES = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
    private static final byte[] NUMBERS = new byte[256];

    static {
        Arrays.fill(NUMBERS, (byte) -1);
        for (int i = 0; i < VALUES.length; i++) {
            NUMBERS[VALUES[i] & 0xFF] = (byte) i;
        }
    }

    private NonLinearCodes() {}

    /** The value of a code, 0…15. */
    public static byte value(int number) {
        return VALUES[number];
    }

    /** The code of a value, or −1 when it has none. */
    static int number(int value) {
        return value == (byte) value ? NUMBERS[value & 0xFF] : -1;
    }

    static String text() {
        String all = Arrays.toString(VALUES);
        return all.substring(1, all.length() - 1);
    }
}
