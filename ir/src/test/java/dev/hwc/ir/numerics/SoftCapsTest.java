package dev.hwc.ir.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoftCapsTest {
    @ParameterizedTest
    @CsvSource({"1, 6e-5", "2, 9e-4", "40, 9e-3"})
    void theTangentIsCloseWhereScoresLieAndBoundedElsewhere(float limit, double tolerance) {
        double worst = 0;
        for (int i = -20_000; i <= 20_000; i++) {
            float z = limit * i / 20_000;
            float found = SoftCaps.tanh(Fp32.mul(z, SoftCaps.argument(1, 1)));
            worst = Math.max(worst, Math.abs(found - StrictMath.tanh(z)));
        }
        System.out.printf("soft cap: %.2e from tanh up to %s%n", worst, limit);
        assertEquals(0, worst, tolerance);
    }
}
