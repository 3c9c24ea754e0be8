package dev.hwc.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.Supplier;

/** Compares fp32 numbers by their bits. */
public final class Bits {
    private Bits() {}

    /** Every number has the same 32 bits; −0 is not 0, and a NaN is its pattern. */
    public static void assertSame(float[] expected, float[] actual, Supplier<String> place) {
        assertEquals(expected.length, actual.length, () -> place.get());
        int different = 0;
        int first = -1;
        for (int i = expected.length - 1; i >= 0; i--) {
            if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
                different++;
                first = i;
            }
        }
        if (different > 0) {
            fail("%s: %d of %d numbers differ, first number %d: expected %s (0x%08X), found %s (0x%08X)"
                    .formatted(
                            place.get(),
                            different,
                            expected.length,
                            first,
                            expected[first],
                            Float.floatToRawIntBits(expected[first]),
                            actual[first],
                            Float.floatToRawIntBits(actual[first])));
        }
    }
}
