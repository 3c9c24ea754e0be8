package dev.hwc.ir.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Close to the exact functions; that the bits are those of the C library is shown by the recorded logits. */
class LibmTest {
    @Test
    void wavesAreWithin57HundredthsOfAUnitInTheLastPlace() {
        for (float angle = 0; angle < 4000; angle += 0.37f) {
            close(StrictMath.sin(angle), Libm.sin(angle), 0.57, angle);
            close(StrictMath.cos(angle), Libm.cos(angle), 0.57, angle);
        }
        assertEquals(1, Libm.cos(0));
        assertEquals(0, Libm.sin(0));
    }

    @Test
    void wavesOfLargeAnglesKeepTheirDigits() {
        for (float angle = 100_000; angle < 1_000_000; angle += 3_331.7f) {
            close(StrictMath.sin(angle), Libm.sin(angle), 0.57, angle);
            close(StrictMath.cos(angle), Libm.cos(angle), 0.57, angle);
        }
    }

    @Test
    void exponentialIsWithin51HundredthsOfAUnitInTheLastPlace() {
        for (float x = -86; x < 88; x += 0.0137f) {
            close(StrictMath.exp(x), Libm.exp(x), 0.51, x);
        }
        assertEquals(1, Libm.exp(0));
        assertEquals(0, Libm.exp(-200));
        assertEquals(Float.POSITIVE_INFINITY, Libm.exp(200));
    }

    @Test
    void tangentIsWithinTwoUnitsInTheLastPlace() {
        for (float x = -25; x < 25; x += 0.0137f) {
            close(StrictMath.tanh(x), Libm.tanh(x), 2, x);
        }
        assertEquals(0, Libm.tanh(0));
        assertEquals(-1, Libm.tanh(Float.NEGATIVE_INFINITY));
        assertEquals(Float.NaN, Libm.tanh(Float.NaN));
    }

    private static void close(double exact, float found, double units, float x) {
        assertEquals(exact, found, units * Math.ulp((float) exact), () -> "at " + x);
    }
}
