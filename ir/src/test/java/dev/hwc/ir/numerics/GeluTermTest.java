package dev.hwc.ir.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class GeluTermTest {
    @Test
    void theSumIsWithinFourHundredThousandthsOfGelu() {
        double worst = 0;
        for (int i = -100_000; i <= 100_000; i++) {
            float x = i * 1e-4f;
            worst = Math.max(worst, Math.abs(GeluTerm.gelu(x) - gelu(x)));
        }
        System.out.printf("gelu: %.2e from the formula%n", worst);
        assertEquals(0, worst, 4e-5);
    }

    @Test
    void largeInputsStayOrVanish() {
        for (float x : new float[] {20, 50, 100, 200}) {
            assertEquals(x, GeluTerm.gelu(x), 2e-4 * x);
            assertEquals(0, GeluTerm.gelu(-x), 1e-30);
        }
    }

    private static double gelu(double x) {
        return x / 2 * (1 + StrictMath.tanh(StrictMath.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }
}
