package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.sim.pim.kernel.Elementwise.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What our mappings reach on the same devices. */
class OurMappingTest {
    @Test
    void hidesRowSwitchesAndDropsBarriersOnHbm() {
        PimResult result = Runs.gemv("hbm2-pim", PimFormat.F16, 64, 4096, 4096);
        assertTrue(result.pimCycles() <= 10_200, () -> result.pimCycles() + " cycles");
        assertTrue(result.macSlotPercent() >= 80);
        assertTrue(result.speedup() >= 3.5);
    }

    @Test
    void splitsInputsWhereOutputsAreFew() {
        PimResult result = Runs.gemv("hbm2-pim", PimFormat.F16, 64, 1024, 4096);
        assertTrue(result.speedup() >= 2.4, () -> "speed-up " + result.speedup());
    }

    @ParameterizedTest
    @CsvSource({"ADD, 2.1", "MUL, 2.1", "RELU, 2.1"})
    void worksOnElementsWithinARow(Operation operation, double least) {
        PimResult result =
                Runs.kernels("hbm2-pim", PimFormat.F16, 64, Parity.NONE).elementwise(operation, 1 << 20);
        assertEquals(0, result.violations());
        assertEquals(0, result.mismatches());
        assertTrue(result.speedup() >= least, () -> "speed-up " + result.speedup());
    }

    @ParameterizedTest
    @CsvSource({
        "gddr6-aim, BF16, 4096, 4096",
        "gddr6-aim, BF16, 4096, 8192",
        "lpddr5-pim, F16, 4096, 4096",
        "lpddr5-pim, F16, 8192, 4096",
        "hbm3-bank-pim, BF16, 4096, 4096",
        "gddr6-aim, I8, 4096, 4096",
        "gddr6-aim, I4, 4096, 11008",
        "lpddr5-pim, I8, 4096, 4096",
        "lpddr5-pim, I4, 4096, 4096",
        "lpddr5-pim, I4, 11008, 4096",
        "hbm3-bank-pim, I8, 4096, 4096"
    })
    void staysNearTheRoofline(String device, PimFormat format, int rows, int columns) {
        PimResult result = Runs.gemv(device, format, PimSpec.find(device).defaultChannels(), rows, columns);
        assertTrue(result.rooflinePercent() >= 90, () -> result.rooflinePercent() + " %");
        assertTrue(result.rooflinePercent() <= 100, () -> result.rooflinePercent() + " %");
        assertTrue(result.speedup() <= result.spec().ceiling() * 1.2);
    }

    /**
     * Two latches and a buffer of 60 blocks: 4096 inputs take three sums of an output, so one pause for each 1.5 of them,
     * and a row for each 8/9 (docs/pim.md).
     */
    @Test
    void latchesAndBufferBoundInt4OnAim() {
        int perBank = 14336 / 16 / 32;
        double columns = 128 * (1 / 2.0 + 1 / 16.0);
        double row = 12 + 32 + 56 - 2;
        double pause = 2 * 32 + 2 + 5 * 2 - 2;
        double bound = perBank * (2 * columns + row * columns / 64 + pause * (1.5 - columns / 64));
        PimResult result = Runs.gemv("gddr6-aim", PimFormat.I4, 32, 14336, 4096);
        double cycles = result.pimCycles() - 210.0 * result.refreshes();
        assertTrue(cycles >= bound && cycles <= 1.05 * bound, () -> cycles + " against " + bound);
    }

    @Test
    void registersAreReachedWhileBanksAreRefreshed() {
        long[] refreshed = {Long.MIN_VALUE / 2};
        long[] hidden = {0};
        int clocks = PimSpec.find("lpddr5-pim").dram().get("tRFCab");
        new PimKernels(
                        PimSpec.find("lpddr5-pim"),
                        PimFormat.I8,
                        4,
                        Parity.NONE,
                        line -> {
                            String[] words = line.split(" ");
                            if (words.length > 3 && words[3].equals("REFAB")) {
                                refreshed[0] = Long.parseLong(words[0]);
                            } else if (words.length > 3 && List.of("WRR", "RDR").contains(words[3])) {
                                hidden[0] += Long.parseLong(words[0]) < refreshed[0] + clocks ? 1 : 0;
                            }
                        },
                        () -> 0)
                .gemv(1024, 4096);
        assertTrue(hidden[0] >= 9, () -> hidden[0] + " accesses");
    }

    @Test
    void quantizedWeightsTakeFewerCyclesThanFp16() {
        long f16 = Runs.gemv("lpddr5-pim", PimFormat.F16, 4, 2048, 2048).pimCycles();
        long i8 = Runs.gemv("lpddr5-pim", PimFormat.I8, 4, 2048, 2048).pimCycles();
        long i4 = Runs.gemv("lpddr5-pim", PimFormat.I4, 4, 2048, 2048).pimCycles();
        assertTrue(i4 < i8 && i8 < f16, () -> i4 + ", " + i8 + ", " + f16);
    }
}
