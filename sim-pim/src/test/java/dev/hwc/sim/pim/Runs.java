package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Kernels without a trace file and without a clock. */
final class Runs {
    private Runs() {}

    static PimKernels kernels(String device, PimFormat format, int channels, Parity parity) {
        return new PimKernels(PimSpec.find(device), format, channels, parity, _ -> {}, () -> 0);
    }

    /** A product by our mapping, checked in every bit and every command. */
    static PimResult gemv(String device, PimFormat format, int channels, int rows, int columns) {
        PimResult result = kernels(device, format, channels, Parity.NONE).gemv(rows, columns);
        assertEquals(0, result.violations(), () -> String.join("\n", result.firstViolations()));
        assertEquals(0, result.mismatches());
        assertEquals(rows, result.results());
        return result;
    }
}
