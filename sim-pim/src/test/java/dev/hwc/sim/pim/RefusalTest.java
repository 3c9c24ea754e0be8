package dev.hwc.sim.pim;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hwc.sim.dram.DramFormatException;
import dev.hwc.sim.pim.kernel.Elementwise.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a device cannot do ends in one line. */
class RefusalTest {
    private static void refused(String part, Executable run) {
        String message = String.valueOf(assertThrows(PimException.class, run).getMessage());
        assertTrue(message.contains(part), message);
        assertFalse(message.contains("\n"));
    }

    @Test
    void refusesAFormatThatUnitsDoNotHave() {
        refused("it has f16, i8, i4", () -> Runs.kernels("hbm2-pim", PimFormat.BF16, 64, Parity.NONE));
        refused("it has bf16, i8, i4", () -> Runs.kernels("gddr6-aim", PimFormat.F16, 32, Parity.NONE));
    }

    @Test
    void refusesAMatrixThatDoesNotFit() {
        refused(
                "there are",
                () -> Runs.kernels("hbm2-pim", PimFormat.F16, 1, Parity.NONE).gemv(100_000, 100_000));
    }

    @Test
    void refusesAnotherSimulatorsMappingOnAnotherDevice() {
        refused("is for device hbm2-pim", () -> Runs.kernels("gddr6-aim", PimFormat.BF16, 32, Parity.SAMSUNG));
        refused("is for device gddr6-aim", () -> Runs.kernels("hbm2-pim", PimFormat.F16, 64, Parity.AIM));
    }

    @Test
    void refusesElementsOnUnitsThatSumOverLanes() {
        refused(
                "hbm2-pim and lpddr5-pim",
                () -> Runs.kernels("gddr6-aim", PimFormat.BF16, 32, Parity.NONE).elementwise(Operation.ADD, 100));
    }

    @Test
    void refusesImpossibleTimes() {
        String text = PimSpec.find("hbm2-pim").text();
        String changed = text.replace("tREGMAC,19,", "tREGMAC,5,");
        String message = String.valueOf(assertThrows(DramFormatException.class, () -> PimSpec.of("x", changed))
                .getMessage());
        assertTrue(message.contains("tREGMAC 5 is less than"), message);
        for (String change : List.of(
                "pimUnits,8 pimUnits,3",
                "unitBits,256 unitBits,0",
                "unitScalars,8 unitScalars,4",
                "bufferBytes,0 bufferBytes,64",
                "defaultChannels,64 defaultChannels,0",
                "pimMode,2 pimMode,1",
                "tMOD,1 tMOD,0",
                "unitAccumulators,8 unitAccumulators,9",
                "tCCDREG,4 tCCDREG,1")) {
            String[] words = change.split(" ");
            assertTrue(text.contains("\n" + words[0] + ","), words[0]);
            String impossible = text.replace("\n" + words[0] + ",", "\n" + words[1] + ",");
            assertThrows(DramFormatException.class, () -> PimSpec.of("x", impossible), change);
        }
    }

    @Test
    void refusesAMemoryWithoutUnits() {
        refused("has no units", () -> PimSpec.of("hbm2-2.0", dev.hwc.sim.dram.DramPresets.text("hbm2-2.0")));
    }
}
