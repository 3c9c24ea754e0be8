package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hwc.sim.pim.kernel.Elementwise.Operation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cycles that public simulators print. PIMSimulator (git b464dde): its benchmarks gemv, add, mul and relu. CENT's AiM
 * simulator (git 0f28a07): 32 channels, no refresh. The mechanisms are modelled (docs/pim.md); nothing was fitted.
 */
class PublicCountsTest {
    private static final double TOLERANCE = 0.02;

    private static PimResult run(String device, Parity parity, String kernel, int rows, int columns) {
        PimSpec spec = PimSpec.find(device);
        PimKernels kernels = Runs.kernels(device, spec.formats().getFirst(), spec.defaultChannels(), parity);
        PimResult result = kernel.equals("GEMV")
                ? kernels.gemv(rows, columns)
                : kernels.elementwise(Operation.valueOf(kernel), rows);
        assertEquals(0, result.violations(), () -> String.join("\n", result.firstViolations()));
        assertEquals(0, result.mismatches());
        return result;
    }

    @ParameterizedTest
    @CsvSource({
        "hbm2-pim, SAMSUNG, GEMV, 4096, 4096, 13166",
        "hbm2-pim, SAMSUNG, ADD, 1048576, 1, 3349",
        "hbm2-pim, SAMSUNG, MUL, 2097152, 1, 5926",
        "hbm2-pim, SAMSUNG, RELU, 4194304, 1, 7665",
        "gddr6-aim, AIM, GEMV, 4096, 4096, 9665"
    })
    void theirMappingTakesTheirCycles(String device, Parity parity, String kernel, int rows, int columns, long cycles) {
        PimResult result = run(device, parity, kernel, rows, columns);
        assertEquals(cycles, result.pimCycles(), TOLERANCE * cycles);
    }

    @ParameterizedTest
    @CsvSource({"GEMV, 4096, 4096, 36082", "ADD, 1048576, 1, 6651"})
    void theMemoryWithoutUnitsTakesTheirCycles(String kernel, int rows, int columns, long cycles) {
        PimResult result = run("hbm2-pim", Parity.NONE, kernel, rows, columns);
        assertEquals(cycles, result.hostCycles(), TOLERANCE * cycles);
    }

    /** Only outputs are spread there: 1,024 outputs take as long as 4,096. */
    @ParameterizedTest
    @CsvSource({"64", "1024"})
    void theirMappingLeavesUnitsIdleWithFewOutputs(int rows) {
        assertEquals(
                run("hbm2-pim", Parity.SAMSUNG, "GEMV", 4096, 1024).pimCycles(),
                run("hbm2-pim", Parity.SAMSUNG, "GEMV", rows, 1024).pimCycles());
    }
}
